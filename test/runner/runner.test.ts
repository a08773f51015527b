import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Ended, ended } from "../support/processes/ended.ts";

const repository = join(import.meta.dirname, "../..");
const MOCHA = join(repository, "node_modules/mocha/bin/mocha.js");

/** Runs a file of this folder as the tests are run. */
function run(
  files: string | readonly string[],
  environment: Readonly<Record<string, string>>,
  mode = "--no-parallel",
): Promise<Ended> {
  const paths = [files].flat().map((file) => join("test/runner", file));
  const child = spawn(process.execPath, [MOCHA, mode, ...paths], {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child);
}

describe("A run of the tests", function () {
  this.timeout(30_000);

  it("is of one file alone where that is named", async () => {
    const command = [join(repository, "scripts/test.ts"), "test/runner/free-port.test.ts"];
    const child = spawn(process.execPath, command, {
      cwd: repository,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { status, output, errors } = await ended(child);
    assert.equal(status, 0, errors);
    assert.match(output, /^2 passed, 0 failed$/m);
  });

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

  it("takes the time that a process needs to start from no test", async () => {
    const { output, errors } = await run("slow-start.ts", {});
    assert.match(output, /^2 passed, 1 failed$/m, errors);
    assert.match(output, /a test has its own time after that, and no more:\s+Error: Timeout of/);
  });

  it("tells why something did not start, and nothing beside", async () => {
    const { output, errors } = await run("never-started.ts", {});
    assert.match(output, /^0 passed, 1 failed$/m, errors);
    assert.match(output, /"before all" hook .*\n +Error: redis-server did not start/);
  });

  for (const mode of ["--parallel", "--no-parallel"]) {
    it(`tells why a property does not hold, and no more of it than one can read, ${mode}`, async () => {
      const { output, errors } = await run("false-property.ts", {}, mode);
      assert.match(output, /^0 passed, 2 failed$/m, errors);
      assert.match(output, /Error: Property failed after 1 tests\n\{ seed: 1, path: "0:0/);
      assert.equal(output.match(/^ *Caused by: Error: there are numbers$/gm)?.length, 1);
      assert.match(output, /^ *Caused by: \[$/m);
      assert.match(output, /Caused by: Error: the text is line\n/);
      assert.match(output, /lines more\)\n/);
      const lines = output.split("\n");
      assert.ok(lines.length < 600, `${lines.length} lines`);
      const longest = Math.max(...lines.map(({ length }) => length));
      assert.ok(longest < 2_100, `a line of ${longest} characters`);
    });

    it(`names the slowest files first, ${mode}`, async () => {
      const { output, errors } = await run(["slow-start.ts", "never-started.ts"], {}, mode);
      const slowest =
        /^The slowest files:\n +[\d.]+ s {2}test\/runner\/slow-start\.ts\n +[\d.]+ s {2}test\/runner\/never-started\.ts\n2 passed, 2 failed$/m;
      assert.match(output, slowest, errors);
    });
  }
});
