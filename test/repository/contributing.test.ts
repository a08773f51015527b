import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../..");
const page = readFileSync(join(repository, "CONTRIBUTING.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

describe("CONTRIBUTING.md", () => {
  it("names only files and folders that are there", () => {
    const quoted = [...page.matchAll(/`([^`\n]+)`|\]\(([^)]+)\)/g)].map(
      ([, code, link]) => code ?? link,
    );
    const paths = quoted
      .flatMap((text = "") => text.split(" "))
      .filter((word) => /^(docs|test|server|proto|worker-sdk|scripts)\//.test(word))
      .filter((word) => !word.includes("NAME"));
    assert.ok(paths.length > 20, `${paths.length} paths were found`);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(repository, path))),
      [],
    );
  });

  it("names only scripts that npm has", () => {
    const named = [...page.matchAll(/(?:^|`|=7 )npm (?:run )?([a-z:]+)/gm)].map(
      ([, name = ""]) => name,
    );
    const own = named.filter((name) => name !== "ci");
    assert.ok(own.includes("check") && own.includes("chaos"));
    assert.deepEqual(
      own.filter((name) => !(name in scripts)),
      [],
    );
  });
});
