import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const examples = join(import.meta.dirname, "../../examples");
const read = (path: string): string => readFileSync(join(examples, path), "utf8");

const sessions = {
  python: "worker.py",
  go: "worker/worker.go",
  java: "src/main/java/baton/example/Worker.java",
  rust: "src/worker.rs",
  typescript: "worker.ts",
};

describe("examples/", () => {
  for (const [language, session] of Object.entries(sessions)) {
    it(`keeps the ${language} session below 250 lines`, () => {
      const lines = read(`${language}/${session}`).trimEnd().split("\n").length;
      assert.ok(lines < 250, `${lines} lines`);
    });

    it(`says how to build and run ${language} in one block, and names files that are there`, () => {
      const page = read(`${language}/README.md`);
      const block = /^```sh\n((?:.|\n)*?)^```/m.exec(page)?.[1] ?? "";
      assert.equal(block.trimEnd().split("\n").length, 2);
      for (const [, target = ""] of page.matchAll(/\]\(([\w./-]+)\)/g)) {
        assert.ok(existsSync(join(examples, language, target)), target);
      }
    });
  }
});
