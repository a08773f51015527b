import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { CHECKS, judge } from "../../server/src/conformance/judge.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { PATIENCE_MS, patiently } from "../support/time/patience.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../..");
const HANDLER = join(import.meta.dirname, "../support/threads/built-handler.js");
const TSC = join(repository, "node_modules/.bin/tsc");

/** The oldest Node that the SDK says it runs on, where the machine has it; else the one that runs this. */
const node = findNode("v20.") ?? { path: process.execPath, version: process.version };

function findNode(version: string): { path: string; version: string } | undefined {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(directory, "node");
    if (!directory.includes("node_modules") && existsSync(path)) {
      const found = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim();
      if (found.startsWith(version)) {
        return { path, version: found };
      }
    }
  }
  return undefined;
}

const program = `
  import { NonRetryableError, TaskClient, TaskFailedError, Worker, silentLogger } from "@baton/worker-sdk";
  import { threaded } from "@baton/worker-sdk/threads";
  const [, , address, module] = process.argv;
  const client = new TaskClient({ address });
  const worker = new Worker({
    address,
    logger: silentLogger,
    queues: {
      built: async (task, context) => {
        context.progress(0.5, "half");
        context.saveCheckpoint({ attempt: context.attempt });
        if (task.payload.fails) throw new NonRetryableError("as asked");
        return { double: 2 * task.payload.n, aborted: context.signal.aborted };
      },
      threads: threaded(module, { threads: 1 }),
    },
  });
  const results = await worker.runUntil(async () => {
    const good = await client.submit("built", "t", { n: 21 });
    const bad = await client.submit("built", "t", { fails: true });
    const failure = await client.await(bad.taskId).catch((error) => error);
    const onThread = await client.submit("threads", "t", { n: 21 });
    const badOnThread = await client.submit("threads", "t", {});
    const told = await client.await(badOnThread.taskId).catch(({ message }) => message);
    return [
      await client.await(good.taskId), failure instanceof TaskFailedError, failure.task.state,
      await client.await(onThread.taskId), told.replace(/^the task [^ ]+ /, ""),
    ];
  });
  await client[Symbol.asyncDispose]();
  console.log(JSON.stringify([...results, worker.state]));
`;

describe("The built SDK", () => {
  let dispatcher: DispatcherUnderTest;
  let folder: string;
  before(async () => {
    // Inside the repository, so that the program finds the packages that it imports.
    folder = mkdtempSync(join(import.meta.dirname, "run-"));
    writeFileSync(join(folder, "program.js"), program);
    const options = { cwd: repository, timeout: PATIENCE_MS };
    await patiently(() => run(TSC, ["-b", "worker-sdk"], options));
    dispatcher = await startTestDispatcher();
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await dispatcher?.stop();
  });

  it(`submits, works and ends by itself on Node ${node.version}`, async () => {
    const args = [join(folder, "program.js"), dispatcher.address, HANDLER];
    const env = { ...process.env, NODE_OPTIONS: "" };
    const options = { cwd: repository, env, timeout: PATIENCE_MS };
    const { stdout, stderr } = await patiently(() => run(node.path, args, options));
    const results = [{ double: 42, aborted: false }, true, "DEAD", 42, "is DEAD: no number"];
    assert.deepEqual(JSON.parse(stdout), [...results, "stopped"]);
    assert.equal(stderr, "");
  });
});

describe("A worker program made with the SDK", function () {
  this.timeout(120_000);

  it("keeps every MUST of the protocol that the conformance kit can judge", async () => {
    const file = join(import.meta.dirname, "../support/processes/sdk-worker.ts");
    const command = `${process.execPath} --conditions=source ${file}`;
    const verdicts = await judge({ command, checks: CHECKS, jobs: 6, ttlMs: 1_500 });
    assert.deepEqual(
      verdicts.filter(({ level, passed }) => level === "MUST" && !passed),
      [],
    );
  });
});
