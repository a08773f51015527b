import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Ended, ended } from "../support/processes/ended.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { PATIENCE_MS } from "../support/time/patience.ts";

const repository = join(import.meta.dirname, "../..");
const folder = join(repository, "server/src");

function demo(...args: string[]): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, join(repository, "demo/main.ts"), ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return ended(child, 2 * PATIENCE_MS);
}

function holds({ status, output, errors }: Ended): void {
  assert.equal(status, 0, output + errors);
  const figures = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as Record<string, number>;
  assert.ok((figures.files ?? 0) > 50, "there were enough files to be killed in the middle");
  assert.equal(figures.succeeded, figures.files);
  assert.equal(figures.verified, figures.files);
  assert.ok((figures.retried ?? 0) > 0);
  assert.ok((figures.redelivered ?? 0) > 0);
  assert.ok((figures.servedAfter ?? 0) >= 10);
}

describe("npm run demo", () => {
  it("loses no task to a SIGKILL of a worker, and every digest is right", async () => {
    holds(await demo("--dir", folder, "--json"));
  });

  it("loses no task to a SIGKILL of a dispatcher on Redis, and runs none twice for it", async () => {
    holds(await demo("--redis", "--dir", folder, "--json"));
  });

  it("says in one line what is wrong with its options", async () => {
    const missing = await demo("--dir", join(folder, "nowhere"));
    assert.equal(missing.status, 1);
    assert.match(missing.errors, /^demo: --dir \S+ is not a folder\n$/);
    const unknown = await demo("--fast");
    assert.equal(unknown.status, 1);
    assert.match(unknown.errors, /^demo: Unknown option '--fast'/);
  });
});
