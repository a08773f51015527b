import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../support/processes/child.ts";
import { ended } from "../support/processes/ended.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";

const repository = join(import.meta.dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");

const BEFORE = `
import { NonRetryableError, silentLogger, TaskClient, Worker as AnyWorker } from "@baton/worker-sdk";
class Worker extends AnyWorker {
  constructor(options) { super({ ...options, logger: silentLogger }); }
}
const address = process.env.BATON_ADDRESS ?? "";
const client = new TaskClient({ address });
const stored = [];
let isBroken = true;
const store = async (line) => {
  if (isBroken && line === "b") throw new NonRetryableError("the disk is full");
  stored.push(line);
};
`;
const BETWEEN = `
const running = worker.run();
const { taskId } = await client.submit("imports", "lines", { lines: ["a", "b", "c"] });
await client.await(taskId).catch(() => {});
isBroken = false;
`;
const AFTER = `
await client.await(taskId);
console.log((await client.get(taskId)).progress?.note, stored.join());
await worker.stop();
await running;
await client.close();
`;

describe("the README", () => {
  let folder: string;
  let dispatcher: Child;
  let address: string;

  before(async () => {
    // Inside the repository, so that the program finds the packages that it imports.
    folder = mkdtempSync(join(repository, "test/docs/run-"));
    const main = join(repository, "server/src/main.ts");
    const args = [
      "serve",
      "--http-listen",
      "off",
      "--listen",
      "127.0.0.1:0",
      "--store",
      `sqlite:${folder}/baton.db`,
    ];
    dispatcher = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, main, ...args, "--log-level", "error"],
    });
    address = (await dispatcher.line(/^ready (.+)/))[1] ?? "";
  });

  after(async () => {
    await dispatcher?.stop(4_000);
    rmSync(folder, { recursive: true });
  });

  it("has a program of 20 lines at most that submits a task, works and prints the result", async () => {
    const program = /<!-- executed by [^\n]+-->\n```ts\n(.+?)```/s.exec(readme)?.[1] ?? "";
    const statements = program.split("\n").filter((line) => line.trim() !== "");
    assert.ok(statements.length > 0 && statements.length <= 20, `${statements.length} lines`);
    const path = join(folder, "program.ts");
    writeFileSync(path, program);
    const child = spawn(process.execPath, [...NODE_FLAGS, path], {
      env: { ...process.env, BATON_ADDRESS: address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { status, output, errors } = await ended(child);
    assert.equal(output, "{ sentTo: 'ada@example.com' }\n", errors);
    assert.equal(status, 0, errors);
  });

  it("shows how to keep a checkpoint, and how to run dead tasks again from theirs", async () => {
    const blocks = [...readme.matchAll(/<!-- executed with lines [^\n]+-->\n```ts\n(.+?)```/gs)];
    const [work = "", redrive = ""] = blocks.map(([, block]) => block);
    const path = join(folder, "checkpoint.ts");
    writeFileSync(path, `${BEFORE}${work}${BETWEEN}${redrive}${AFTER}`);
    const child = spawn(process.execPath, [...NODE_FLAGS, path], {
      env: { ...process.env, BATON_ADDRESS: address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { status, output, errors } = await ended(child);
    assert.equal(output, "line 2 a,b,c\n", errors);
    assert.equal(status, 0, errors);
  });

  it("shows how to limit queues and to order tasks", async () => {
    const [, block = ""] =
      /<!-- executed with a client [^\n]+-->\n```ts\n(.+?)```/s.exec(readme) ?? [];
    const path = join(folder, "limits.ts");
    const states = `
for (const queue of ["calls", "orders"]) {
  const { ready, blocked, settings } = await client.queues.get(queue);
  console.log(queue, ready, blocked, settings.concurrencyLimit);
}
await client.close();
`;
    writeFileSync(path, `${BEFORE}${block}${states}`);
    const child = spawn(process.execPath, [...NODE_FLAGS, path], {
      env: { ...process.env, BATON_ADDRESS: address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { status, output, errors } = await ended(child);
    assert.equal(output, "calls 1 0 5\norders 2 1 null\n", errors);
    assert.equal(status, 0, errors);
  });

  it("links only to files that are there", () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? "");
    assert.ok(links.length > 5);
    for (const link of links) {
      assert.ok(existsSync(join(repository, link)), link);
    }
  });

  it("shows only commands of the shell page, which are executed there", () => {
    const page = readFileSync(join(repository, "docs/shell.md"), "utf8").split("\n");
    const commands = readme.split("\n").filter((line) => line.startsWith("grpcurl "));
    assert.ok(commands.length > 0);
    for (const command of commands) {
      assert.ok(page.includes(command), command);
    }
  });

  it("names only npm scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run (\w+)|(test|start))\b/g)].map(
      ([, run, own]) => run ?? own ?? "",
    );
    assert.ok(named.length > 3);
    for (const name of named) {
      assert.ok(name in scripts, name);
    }
  });
});
