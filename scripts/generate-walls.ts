import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { Room } from "./rooms/room.ts";
import { groups, rooms } from "./rooms/rooms.ts";
import { fill } from "./section.ts";

const repository = join(import.meta.dirname, "..");
const wallsPath = join(repository, "biome.walls.json");
/** What every room may import, since it imports nothing. */
const FREE_FOR_ALL = "@baton/proto/shared";
const architecturePath = join(repository, "docs/architecture.md");
/** So many names of files stand in a row of the tables. */
const MOST_NAMES = 3;

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: { readonly style?: { readonly noRestrictedImports?: unknown } };
  };
}

/** A folder by its path; files by the first one's path and the names of the next ones. */
function whereIs({ at }: Room): string {
  if (typeof at === "string") {
    return `\`${at}/\``;
  }
  const folder = posix.dirname(at[0] ?? "");
  const names = at.map((file, index) =>
    index > 0 && posix.dirname(file) === folder ? posix.basename(file) : file,
  );
  const shown = names.slice(0, MOST_NAMES).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/** Imports of `to` as a file of `from` writes them. */
function patternsOf(from: string, to: Room): string[] {
  const files = typeof to.at === "string" ? [`${to.at}/*.ts`] : to.at;
  return files.map((file) => {
    const path = posix.relative(from, file);
    return `!${path.startsWith(".") ? path : `./${path}`}`;
  });
}

function wallsOf(name: string, room: Room): Override[] {
  const names = Object.keys(rooms);
  const allowed = (room.rooms ?? []).map((other) => {
    const target = rooms[other];
    if (target === undefined || names.indexOf(other) >= names.indexOf(name)) {
      throw new Error(`${name} may not import ${other}: it is not above it in scripts/rooms`);
    }
    return target;
  });
  const said = [...(room.rooms ?? []), ...(room.packages ?? [])].join(", ") || "nothing";
  const folders =
    typeof room.at === "string" ? [room.at] : [...new Set(room.at.map(posix.dirname))];
  return folders.map((folder) => ({
    includes:
      typeof room.at === "string"
        ? [`${folder}/*.ts`]
        : room.at.filter((file) => posix.dirname(file) === folder),
    linter: {
      rules: {
        style: {
          noRestrictedImports: {
            level: "error",
            options: {
              patterns: [
                {
                  group: [
                    "**",
                    ...patternsOf(folder, room),
                    ...allowed.flatMap((target) => patternsOf(folder, target)),
                    ...[...(room.packages ?? []), FREE_FOR_ALL].map((name) => `!${name}`),
                    "node:timers",
                    "node:timers/**",
                  ],
                  message: `This room may import itself, ${said}: see scripts/rooms.`,
                },
              ],
            },
          },
        },
      },
    },
  }));
}

const overrides = Object.entries(rooms).flatMap(([name, room]) => wallsOf(name, room));
writeFileSync(wallsPath, JSON.stringify({ root: false, overrides }, undefined, 2));
execFileSync("npx", ["biome", "format", "--write", wallsPath], { cwd: repository, stdio: "pipe" });

const tables = Object.entries(groups).flatMap(([title, group]) => [
  "",
  `**${title}**`,
  "",
  "| where | what it does |",
  "| --- | --- |",
  ...Object.values(group).map((room) => `| ${whereIs(room)} | ${room.about} |`),
]);
writeFileSync(
  architecturePath,
  fill(readFileSync(architecturePath, "utf8"), "rooms", [...tables, ""]),
);
