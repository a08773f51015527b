import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const repository = join(import.meta.dirname, "..");

function find(patterns: string[]): string[] {
  return globSync(patterns, { cwd: repository }).filter(
    (file) => !/(^|\/)(node_modules|dist|generated)\/|\.generated\.ts$/.test(file),
  );
}

function read(file: string): string {
  return readFileSync(join(repository, file), "utf8");
}

function longerThan(limit: number, files: string[]): string[] {
  return files
    .map((file) => ({ file, lines: read(file).trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > limit)
    .map(({ file, lines }) => `${file}: ${lines} lines`);
}

// Flat by their nature: one file a script, a part of scripts, a decision. The repository's root is
// as tools want it, and generated folders are not asked here.
const flatFolders = [
  "server/src/store/redis/lua",
  "server/src/store/redis/lua/lib",
  "docs/decisions",
];

const sources = find(["{server,worker-sdk,proto}/src/**/*.ts", "{demo,scripts,bench}/**/*.ts"]);
const scripts = find(["server/src/**/*.lua"]);

describe("Budgets", () => {
  it("know one way to write a private member: with #, but for constructors, which have no other", () => {
    const files = [...sources, ...find(["{test,examples}/**/*.ts"])];
    const isPrivate = /^\s+private (?!constructor\()/m;
    assert.deepEqual(
      files.filter((file) => isPrivate.test(read(file))),
      [],
    );
  });

  it("keep every source file within 400 lines", () => {
    assert.notEqual(sources.length, 0);
    assert.deepEqual(longerThan(400, sources), []);
  });

  it("keep every Lua script within 80 lines", () => {
    assert.deepEqual(longerThan(80, scripts), []);
  });

  it("keep every folder within 14 files, so that whoever opens one sees where to start", () => {
    const files = find([
      "{server,worker-sdk,proto}/src/**/*.*",
      "{test,bench,demo,scripts,docs}/**/*.*",
    ]);
    const counts = new Map<string, number>();
    for (const folder of files.map(dirname)) {
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const crowded = [...counts]
      .filter(([folder, count]) => count > 14 && !flatFolders.includes(folder))
      .map(([folder, count]) => `${folder}: ${count} files`);
    assert.ok(counts.size > 50);
    assert.deepEqual(crowded, []);
  });

  it("keep the worker SDK at three runtime dependencies or fewer", () => {
    const { dependencies } = JSON.parse(read("worker-sdk/package.json"));
    assert.ok(Object.keys(dependencies).length <= 3, Object.keys(dependencies).join(", "));
  });

  it("leave no file named after nothing in particular", () => {
    const vague = sources.filter(
      (file) =>
        ["utils.ts", "helpers.ts", "types.ts"].includes(basename(file)) || /\/common\//.test(file),
    );
    assert.deepEqual(vague, []);
  });

  it("leave no note to do something later", () => {
    const marker = new RegExp(["TO", "DO|FIX", "ME"].join(""));
    const unfinished = [...sources, ...scripts, ...find(["test/**/*.ts"])].filter((file) =>
      marker.test(read(file)),
    );
    assert.deepEqual(unfinished, []);
  });
});
