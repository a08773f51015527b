import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { Room } from "./rooms/room.ts";
import { rooms } from "./rooms/rooms.ts";
import { fill } from "./section.ts";

const repository = join(import.meta.dirname, "..");
const wallsPath = join(repository, "biome.walls.json");
const architecturePath = join(repository, "docs/architecture.md");

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: { readonly style?: { readonly noRestrictedImports?: unknown } };
  };
}

function folderOf(room: Room): string {
  return typeof room.at === "string" ? room.at : posix.dirname(room.at[0] ?? "");
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
                    ...(room.packages ?? []).map((name) => `!${name}`),
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

const rows = Object.entries(rooms).map(([name, room]) => {
  const may = [...(room.rooms ?? []), ...(room.packages ?? [])].join(", ");
  return `| ${name} | \`${folderOf(room)}\` | ${room.about} | ${may} |`;
});
const table = [
  "| room | where | what it does | may import |",
  "| --- | --- | --- | --- |",
  ...rows,
];
writeFileSync(architecturePath, fill(readFileSync(architecturePath, "utf8"), "rooms", table));
