import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../..");
const page = readFileSync(join(repository, "docs/architecture.md"), "utf8");

/** The lines of a chapter. */
function chapter(title: string): string[] {
  const start = page.indexOf(`## ${title}\n`);
  assert.notEqual(start, -1, `no chapter ${title}`);
  return page.slice(start, page.indexOf("\n## ", start + 1)).split("\n");
}

/** The cells of a chapter's tables, without their heads. */
function rowsOf(title: string): string[][] {
  return chapter(title)
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .slice(1)
    .map((line) => line.slice(2, -2).split(" | "));
}

describe("docs/architecture.md", () => {
  it("says where a behaviour is by files that are there", () => {
    const paths = rowsOf("Where to find").flatMap(([, where = ""]) =>
      [...where.matchAll(/`([^`]+)`/g)].map(([, path = ""]) =>
        path.startsWith("worker-sdk/") ? path : `server/src/${path}`,
      ),
    );
    assert.ok(paths.length > 20, `${paths.length} paths were found`);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(repository, path))),
      [],
    );
  });

  it("says of each word once what it means and what others call it", () => {
    const rows = rowsOf("Words");
    assert.ok(rows.length > 20, `${rows.length} words were found`);
    for (const row of rows) {
      assert.equal(row.filter((cell) => cell.trim() !== "").length, 3, row.join(" | "));
    }
    const words = rows.map(([word]) => word);
    assert.equal(new Set(words).size, words.length);
  });
});
