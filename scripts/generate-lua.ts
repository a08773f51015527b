import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../server/src/store/redis");
const luaRoot = join(root, "lua");

/** Puts included files in their places; one level deep, so that a script stays readable. */
function inline(source: string): string {
  return source.replace(/^--@include (.+)$/gm, (_, name: string) =>
    readFileSync(join(luaRoot, name), "utf8").trimEnd(),
  );
}

/** The roles of the keys, by number, as the headers state them. */
function keyRoles(script: string): string[] {
  const roles: string[] = [];
  for (const [, number, role] of script.matchAll(/^-- KEYS\[(\d+)\] +(\w+)/gm)) {
    roles[Number(number) - 1] = role ?? "";
  }
  return roles;
}

function describe(folder: string, file: string): string {
  const text = inline(readFileSync(join(luaRoot, folder, file), "utf8"));
  const flags = /^#!lua(?: flags=(\S+))?\n/.exec(text)?.[1]?.split(",") ?? [];
  const entry = { keys: keyRoles(text), flags, text };
  return `  ${file.slice(0, -".lua".length)}: ${JSON.stringify(entry)},`;
}

function table(folder: string): string {
  const files = readdirSync(join(luaRoot, folder)).filter((name) => name.endsWith(".lua"));
  const entries = files.sort().map((file) => describe(folder, file));
  return `{\n${entries.join("\n")}\n} as const;`;
}

writeFileSync(
  join(root, "lua.generated.ts"),
  `// Generated from lua/ by scripts/generate-lua.ts; do not edit.
/** Every script on tasks with its includes in place, the roles of its keys and its flags. */
export const LUA = ${table(".")}

/** Every script on documents likewise. */
export const DOCUMENT_LUA = ${table("documents")}
`,
);
