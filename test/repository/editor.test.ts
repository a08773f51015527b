import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { LanguageServer } from "../support/processes/language-server.ts";

const repository = join(import.meta.dirname, "../..");
const PACKAGES = ["proto", "server", "worker-sdk"];

/** Of every folder with sources its first file. */
function onePerFolder(): string[] {
  const roots = [...PACKAGES.map((name) => `${name}/src`), "test", "demo", "bench", "scripts"];
  const patterns = [...roots, "examples/typescript"].map((root) => `${root}/**/*.ts`);
  const files = globSync(patterns, { cwd: repository, exclude: ["**/node_modules/**"] }).sort();
  return [...new Map(files.reverse().map((file) => [dirname(file), file])).values()].reverse();
}

describe("An editor with TypeScript's server", function () {
  this.timeout(120_000);
  let server: LanguageServer;
  before(async () => {
    server = await LanguageServer.start(repository);
  });
  after(() => server?.stop());

  it("finds the project of a file in every folder, and shows no error", async () => {
    const files = onePerFolder();
    assert.ok(files.some((file) => file.startsWith("examples/typescript/")));
    for (const file of files) {
      const { project, problems } = await server.view(file);
      const owner = PACKAGES.find((name) => file.startsWith(`${name}/`));
      const expected = owner === undefined ? "tsconfig.json" : `${owner}/tsconfig.json`;
      assert.deepEqual({ file, project, problems }, { file, project: expected, problems: [] });
    }
  });

  it("shows the errors that are there", async () => {
    const file = "test/repository/editor.test.ts";
    const typed = (text: string): string => `${text}\nexport const half: number = "x";\n`;
    const { problems } = await server.view(file, typed);
    assert.match(problems.join(), /^\d+: Type 'string' is not assignable to type 'number'\.$/);
  });
});
