import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const repository = join(import.meta.dirname, "../..");
const MOCHA = join(repository, "node_modules/mocha/bin/mocha.js");

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a file of this folder as the tests are run. */
async function run(file: string, environment: Readonly<Record<string, string>>): Promise<Run> {
  const child = spawn(process.execPath, [MOCHA, "--no-parallel", join("test/runner", file)], {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = text(child.stdout);
  const errors = text(child.stderr);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, output: await output, errors: await errors };
}

describe("A run of the tests", function () {
  this.timeout(30_000);

  it("ends where a file loops for ever, and says which file and where", async () => {
    const { status, errors } = await run("stuck.ts", { BATON_TEST_FILE_LIMIT_MS: "500" });
    assert.equal(status, 70, errors);
    assert.match(errors, /test\/runner\/stuck\.ts still ran after 500 ms/);
    assert.match(errors, /at spin \(\S+stuck\.ts:\d+:\d+\)/);
  });

  it("fails where a file leaves something open, and says what", async () => {
    const { status, output, errors } = await run("open.ts", { BATON_TEST_EXIT_LIMIT_MS: "500" });
    assert.equal(status, 1, errors);
    assert.match(output, /^1 passed, 0 failed$/m);
    assert.match(errors, /still open: .*TCPServerWrap/);
  });
});
