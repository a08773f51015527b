import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../server/src/store/redis");
const luaRoot = join(root, "lua");

const INCLUDE = /^--@include lib\/([\w/]+)\.lua\n/gm;
const EACH_CALL = /^--@each call\n(.*?)^--@end\n/gms;
const KEY_ROLE = /^-- KEYS\[\d+\]/gm;
const COMMENT = /^ *--.*\n/gm;
const LOCAL = /^local ([\w, ]+?)(?: = (.+))?$/;
const CONSTANTS = /^local ([A-Z][A-Z0-9_]*(?:, [A-Z][A-Z0-9_]*)*) = (.+)\n/gm;
const LITERALS = /^(?:"[^"\\]*"|[\d.e]+)(?:, (?:"[^"\\]*"|[\d.e]+))*$/;
const FUNCTION = /^local function (\w+)\(/gm;
const TEXT_OR_NAME = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b[A-Z][A-Z0-9_]*\b/g;

/** A script as its file states it. */
interface Script {
  readonly name: string;
  readonly flags: readonly string[];
  /** Whether it is registered a second time, for calls that a full Redis is to refuse. */
  readonly isAlsoIfRoom: boolean;
  readonly includes: readonly string[];
  readonly body: string;
}

function readScripts(folder: string): Script[] {
  const files = readdirSync(join(luaRoot, folder)).filter((name) => name.endsWith(".lua"));
  return files.sort().map((file) => {
    const source = readFileSync(join(luaRoot, folder, file), "utf8");
    const includes = [...new Set(includedBy(source))];
    const [header = "", body = ""] = source.split(/(?:^--@include .+\n)+/m);
    const [, flags, twin] = /^#!lua(?: flags=(\S+))?( if_room)?\n/.exec(header) ?? [];
    return {
      name: file.slice(0, -".lua".length),
      flags: flags?.split(",") ?? [],
      isAlsoIfRoom: twin !== undefined,
      includes,
      body,
    };
  });
}

/** What a source includes, each behind what that includes itself. */
function includedBy(source: string): string[] {
  return [...source.matchAll(INCLUDE)].flatMap(([, name = ""]) => [
    ...includedBy(readFileSync(join(luaRoot, `lib/${name}.lua`), "utf8")),
    name,
  ]);
}

/** Those that scripts include, each behind those that any of them includes before it. */
function inOrder(scripts: readonly Script[]): string[] {
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) {
      return;
    }
    for (const { includes } of scripts) {
      const at = includes.indexOf(name);
      if (at > 0) {
        visit(includes[at - 1] ?? "");
      }
    }
    ordered.push(name);
  };
  for (const name of scripts.flatMap(({ includes }) => includes)) {
    visit(name);
  }
  return ordered;
}

const starterOf = (include: string): string => `start.${include.replaceAll("/", "_")}`;

/** What is included; what is to begin anew with each call becomes a function that does that. */
interface Include {
  readonly text: string;
  /** How many keys it states. */
  readonly keyCount: number;
  readonly hasStarter: boolean;
}

function readInclude(name: string): Include {
  const source = readFileSync(join(luaRoot, `lib/${name}.lua`), "utf8");
  let hasStarter = false;
  const text = source.replaceAll(INCLUDE, "").replace(EACH_CALL, (_, lines: string) => {
    hasStarter = true;
    const declared: string[] = [];
    const assigned: string[] = [];
    for (const line of lines.trimEnd().split("\n")) {
      const [, names, values = "nil"] = LOCAL.exec(line) ?? [];
      declared.push(names === undefined ? line : `local ${names}`);
      if (names !== undefined) {
        assigned.push(`  ${names} = ${values}\n`);
      }
    }
    return `${declared.join("\n")}\n\nfunction ${starterOf(name)}(KEYS, ARGV)\n${assigned.join("")}end\n`;
  });
  return { text, keyCount: [...text.matchAll(KEY_ROLE)].length, hasStarter };
}

/** A script as a function of the library, with what no other script includes. */
function functionOf(script: Script, includes: ReadonlyMap<string, Include>, own: string): string {
  const starts = script.includes
    .filter((name) => includes.get(name)?.hasStarter)
    .map((name) => `${starterOf(name)}(KEYS, ARGV)\n`);
  const registrations = namesOf(script).map(
    ({ name, flags }) => `redis.register_function{
function_name = "@NAME@_${name}",
flags = {${flags.map((flag) => `"${flag}"`).join(", ")}},
callback = run}
`,
  );
  return `do
${own}
local function run(KEYS, ARGV)
${starts.join("")}${script.body}end
${registrations.join("")}end
`;
}

/** The names that a script is called by, with the flags of each. */
function namesOf({ name, flags, isAlsoIfRoom }: Script) {
  return [{ name, flags }, ...(isAlsoIfRoom ? [{ name: `${name}_if_room`, flags: [] }] : [])];
}

/**
 * Makes one library of functions of all scripts of a folder: what several of them include stands once at
 * the beginning, what only one includes beside that one. Its name tells it from every other version.
 */
function libraryOf(scripts: readonly Script[]) {
  const order = inOrder(scripts);
  const includes = new Map(order.map((name) => [name, readInclude(name)]));
  const isShared = (name: string): boolean =>
    scripts.filter((script) => script.includes.includes(name)).length > 1;
  const textOf = (names: readonly string[]): string =>
    names.map((name) => includes.get(name)?.text).join("\n");
  const functions = scripts.map((script) =>
    functionOf(script, includes, textOf(script.includes.filter((name) => !isShared(name)))),
  );
  const shared = withConstants(textOf(order.filter(isShared)).replaceAll(COMMENT, ""));
  const source = functions.map(
    (text) => withConstants(text.replaceAll(COMMENT, ""), shared.values).text,
  );
  const text = inTable([shared.text, ...source].join("\n"), flowFunctions(order));
  const unnamed = `#!lua name=@NAME@\nlocal start, flows = {}, {}\n${text}`;
  const hash = createHash("sha256").update(unnamed).digest("hex").slice(0, 12);
  const name = `baton_${hash}`;
  const keyCount = Math.max(...[...includes.values()].map((include) => include.keyCount));
  return { name, keyCount, text: unnamed.replaceAll("@NAME@", name) };
}

/** The functions of what is included from folders of lib. */
function flowFunctions(includes: readonly string[]): string[] {
  return includes
    .filter((name) => name.includes("/"))
    .flatMap((name) =>
      [...readInclude(name).text.matchAll(FUNCTION)].map(([, each]) => each ?? ""),
    );
}

/**
 * Makes functions fields of one table, as constants are put in place of their names. Those that every task needs stay
 * locals, which are found sooner.
 */
function inTable(text: string, names: readonly string[]): string {
  const calls = new RegExp(`(local function |(?<![.\\w]))(${names.join("|")})\\(`, "g");
  return names.length === 0
    ? text
    : text.replace(calls, (_, local: string, name: string) =>
        local === "" ? `flows.${name}(` : `function flows.${name}(`,
      );
}

/**
 * Puts the values of constants where their names stand: a function of Lua may have 200 locals, and the library is one.
 *
 * @param known constants that stand above the text
 */
function withConstants(text: string, known: ReadonlyMap<string, string> = new Map()) {
  const values = new Map(known);
  const left = text.replace(CONSTANTS, (line, names: string, literals: string) => {
    if (!LITERALS.test(literals)) {
      return line;
    }
    const each = literals.split(", ");
    for (const [at, name] of names.split(", ").entries()) {
      values.set(name, each[at] ?? "nil");
    }
    return "";
  });
  return { values, text: left.replace(TEXT_OR_NAME, (token) => values.get(token) ?? token) };
}

function table(folder: string): string {
  const scripts = readScripts(folder);
  const { name, keyCount, text } = libraryOf(scripts);
  const functions = scripts
    .flatMap(namesOf)
    .map(({ name: called, flags }) => `    ${called}: ${JSON.stringify({ flags })},`);
  return `{
  name: ${JSON.stringify(name)},
  keyCount: ${keyCount},
  functions: {
${functions.join("\n")}
  },
  text: ${JSON.stringify(text)},
} as const;`;
}

writeFileSync(
  join(root, "lua.generated.ts"),
  `// Generated from lua/ by scripts/generate-lua.ts; do not edit.
/** The library of every script on tasks, as Redis is given it. */
export const TASK_LIBRARY = ${table(".")}

/** The library of every script on how queues flow likewise. */
export const QUEUE_LIBRARY = ${table("queues")}

/** The library of every script on documents likewise. */
export const DOCUMENT_LIBRARY = ${table("documents")}

/** The library of every script on the registry of queues likewise. */
export const REGISTRY_LIBRARY = ${table("registry")}
`,
);
