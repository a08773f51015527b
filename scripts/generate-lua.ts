import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../server/src/store/redis");
const luaRoot = join(root, "lua");

const INCLUDE = /^--@include lib\/(\w+)\.lua\n/gm;
const EACH_CALL = /^--@each call\n(.*?)^--@end\n/gms;
const LOCAL = /^local ([\w, ]+?)(?: = (.+))?$/;

/** A script as its file states it. */
interface Script {
  readonly name: string;
  readonly flags: readonly string[];
  readonly header: string;
  readonly includes: readonly string[];
  readonly body: string;
}

function readScripts(folder: string): Script[] {
  const files = readdirSync(join(luaRoot, folder)).filter((name) => name.endsWith(".lua"));
  return files.sort().map((file) => {
    const source = readFileSync(join(luaRoot, folder, file), "utf8");
    const includes = [...source.matchAll(INCLUDE)].map(([, name]) => name ?? "");
    const [header = "", body = ""] = source.split(/(?:^--@include .+\n)+/m);
    const flags = /^#!lua(?: flags=(\S+))?\n/.exec(header)?.[1]?.split(",") ?? [];
    return { name: file.slice(0, -".lua".length), flags, header, includes, body };
  });
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

const starter = (name: string): string => `start_${name}`;

/** What is included, with what is to begin anew with each call in a function. */
function describeLibrary(name: string): { readonly text: string; readonly hasStart: boolean } {
  const source = readFileSync(join(luaRoot, `lib/${name}.lua`), "utf8");
  let hasStart = false;
  const text = source.replace(EACH_CALL, (_, lines: string) => {
    hasStart = true;
    const declared: string[] = [];
    const assigned: string[] = [];
    for (const line of lines.trimEnd().split("\n")) {
      const [, names, values = "nil"] = LOCAL.exec(line) ?? [];
      declared.push(names === undefined ? line : `local ${names}`);
      if (names !== undefined) {
        assigned.push(`  ${names} = ${values}\n`);
      }
    }
    return `${declared.join("\n")}\n\nlocal function ${starter(name)}(KEYS, ARGV)\n${assigned.join("")}end\n`;
  });
  return { text, hasStart };
}

/**
 * Makes one library of functions of all scripts of a folder: what several of them include stands once at
 * the beginning, what only one includes beside that one. Its name tells it from every other version.
 */
function libraryOf(folder: string) {
  const scripts = readScripts(folder);
  const included = inOrder(scripts);
  const parts = new Map(included.map((name) => [name, describeLibrary(name)]));
  const usersOf = (name: string) =>
    scripts.filter(({ includes }) => includes.includes(name)).length;
  const shared = included.filter((name) => usersOf(name) > 1);
  const textOf = (names: readonly string[]) =>
    names.map((name) => parts.get(name)?.text).join("\n");
  const functions = scripts.map((script) => {
    const starts = script.includes.filter((name) => parts.get(name)?.hasStart);
    return `do
${textOf(included.filter((name) => script.includes.includes(name) && !shared.includes(name)))}
redis.register_function{
function_name = "@NAME@_${script.name}",
flags = {${script.flags.map((flag) => `"${flag}"`).join(", ")}},
callback = function(KEYS, ARGV)
${starts.map((name) => `${starter(name)}(KEYS, ARGV)\n`).join("")}${script.body}end}
end
`;
  });
  const unnamed = `#!lua name=@NAME@\n${textOf(shared)}\n${functions.join("\n")}`.replaceAll(
    /^ *--.*\n/gm,
    "",
  );
  const hash = createHash("sha256").update(unnamed).digest("hex").slice(0, 12);
  const name = `baton_${hash}`;
  return { name, text: unnamed.replaceAll("@NAME@", name), scripts, shared };
}

function table(folder: string): string {
  const { name, text, scripts } = libraryOf(folder);
  const functions = scripts.map(
    (script) => `    ${script.name}: ${JSON.stringify({ flags: script.flags })},`,
  );
  return `{
  name: ${JSON.stringify(name)},
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

/** The library of every script on documents likewise. */
export const DOCUMENT_LIBRARY = ${table("documents")}
`,
);
