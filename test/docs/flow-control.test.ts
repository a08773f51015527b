import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../support/processes/child.ts";
import { ended } from "../support/processes/ended.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { PATIENCE_MS } from "../support/time/patience.ts";

const repository = join(import.meta.dirname, "../..");
const page = readFileSync(join(repository, "docs/flow-control.md"), "utf8");
const [beginning = "", ...recipes] = [
  ...page.matchAll(/<!-- executed by [^\n]+-->\n```ts\n(.+?)```/gs),
].map(([, block = ""]) => block);

/** What a recipe prints, as the comments behind its prints say; what follows a colon is for the reader. */
const printed = recipes
  .flatMap((recipe) => [...recipe.matchAll(/^ *console\.log\(.*\); \/\/ ([^:\n]+)/gm)])
  .map(([, text = ""]) => `${text}\n`)
  .join("");

describe("docs/flow-control.md", () => {
  let folder: string;

  before(() => {
    // Inside the repository, so that the program finds the packages that it imports.
    folder = mkdtempSync(join(repository, "test/docs/run-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const kind of ["SQLite", "Redis"] as const) {
    describe(`on ${kind}`, () => {
      let redis: RedisServer | null = null;
      let dispatcher: Child;
      let address: string;

      before(async () => {
        redis = kind === "Redis" ? await startRedis() : null;
        const store = redis?.url ?? `sqlite:${join(folder, "baton.db")}`;
        const listen = ["--listen", "127.0.0.1:0", "--http-listen", "off"];
        const main = join(repository, "server/src/main.ts");
        const more = ["--store", store, "--log-level", "error", "--drain-timeout", "0s"];
        const args = [...NODE_FLAGS, main, "serve", ...listen, ...more];
        dispatcher = new Child({ command: process.execPath, args });
        address = (await dispatcher.line(/^ready (.+)/))[1] ?? "";
      });
      after(async () => {
        await dispatcher?.stop(4_000);
        await redis?.stop();
      });

      it("has recipes that print what their comments say", async () => {
        assert.equal(recipes.length, 9);
        const path = join(folder, `recipes-${kind}.ts`);
        const blocks = recipes.map((recipe) => `{\n${recipe}}\n`).join("");
        writeFileSync(path, `${beginning}${blocks}await client.close();\n`);
        const child = spawn(process.execPath, [...NODE_FLAGS, path], {
          env: { ...process.env, BATON_ADDRESS: address },
          stdio: ["ignore", "pipe", "pipe"],
        });
        const { status, output, errors } = await ended(child, PATIENCE_MS);
        assert.equal(output, printed, errors);
        assert.equal(status, 0, errors);
      }).timeout(2 * PATIENCE_MS);
    });
  }

  it("links only to headings that are there", () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
      text
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = ""]) => link);
    assert.ok(links.length > 5);
    assert.deepEqual(
      links.filter((link) => !headings.includes(link)),
      [],
    );
  });
});
