import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TaskClient } from "@baton/worker-sdk";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { eventually } from "../support/time/eventually.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");

describe("baton serve --processes", () => {
  let redis: RedisServer;
  const children: Child[] = [];

  before(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.stop(5_000)));
  });

  after(() => redis?.stop());

  function start(...args: string[]): Child {
    const serve = ["serve", "--listen", "127.0.0.1:0", "--http-listen", "off", ...args];
    const child = new Child({ command: process.execPath, args: [...NODE_FLAGS, MAIN, ...serve] });
    children.push(child);
    return child;
  }

  it("serves one address from several processes, and stops them all with SIGTERM", async () => {
    const child = start("--store", redis.url, "--processes", "2");
    const [, address] = await child.line(/^ready (\S+)$/);
    const pids = processesOf(child.pid);
    assert.equal(pids.length, 2);
    for (let client = 0; client < 4; client += 1) {
      await using one = new TaskClient({ address: address ?? "" });
      const { taskId } = await one.submit("mail", "send", { client });
      assert.equal((await one.get(taskId)).state, "READY");
    }
    assert.deepEqual(await child.stop(10_000), { code: 0, signal: null });
    await eventually(() => assert.deepEqual(pids.filter(isAlive), []));
  });

  it("replaces a process that was killed", async () => {
    const child = start("--store", redis.url, "--processes", "2");
    const [, address] = await child.line(/^ready (\S+)$/);
    const [killed] = processesOf(child.pid);
    process.kill(killed ?? 0, "SIGKILL");
    await eventually(
      () => {
        const pids = processesOf(child.pid);
        assert.equal(pids.length, 2);
        assert.ok(!pids.includes(killed ?? 0));
      },
      { withinMs: 10_000 },
    );
    await using client = new TaskClient({ address: address ?? "" });
    await client.submit("mail", "send", null);
  });

  it("keeps its other processes, and replaces the one that ended, while Redis is away", async () => {
    const own = await startRedis();
    try {
      const child = start("--store", own.url, "--processes", "2");
      const [, address] = await child.line(/^ready (\S+)$/);
      const [killed = 0, other = 0] = processesOf(child.pid);
      await own.kill();
      process.kill(killed, "SIGKILL");
      const pattern = /"has_served":false,"delay_ms"/g;
      await eventually(
        () => assert.ok((child.complaints.match(pattern)?.length ?? 0) >= 1, child.complaints),
        { withinMs: 30_000 },
      );
      assert.ok(isAlive(other));
      assert.equal(child.isRunning, true);
      await own.start();
      await eventually(
        async () => {
          assert.equal(processesOf(child.pid).length, 2);
          await using client = new TaskClient({ address: address ?? "" });
          await client.submit("mail", "send", null);
        },
        { withinMs: 20_000 },
      );
      assert.ok(isAlive(other));
      assert.deepEqual(await child.stop(10_000), { code: 0, signal: null });
    } finally {
      await own.stop();
    }
  }).timeout(90_000);

  it("is told by no replacement that cannot start how its stop went", async () => {
    const own = await startRedis();
    try {
      const child = start("--store", own.url, "--processes", "2");
      await child.line(/^ready (\S+)$/);
      const [killed = 0] = processesOf(child.pid);
      await own.kill();
      process.kill(killed, "SIGKILL");
      const isReplaced = () => {
        const pids = processesOf(child.pid);
        assert.ok(pids.length === 2 && !pids.includes(killed));
      };
      await eventually(isReplaced, { withinMs: 10_000 });
      child.signal("SIGHUP");
      const { code } = await child.ends();
      assert.ok(code === 0 || code === 1, `it ended with ${code}`);
    } finally {
      await own.stop();
    }
  }).timeout(60_000);

  it("stops in peace where a terminal's Ctrl-C reaches every process", async () => {
    const serve = ["serve", "--listen", "127.0.0.1:0", "--http-listen", "off"];
    const child = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, ...serve, "--store", redis.url, "--processes", "2"],
      isDetached: true,
    });
    children.push(child);
    await child.line(/^ready (\S+)$/);
    child.signal("SIGINT");
    child.signal("SIGINT");
    assert.deepEqual(await child.ends(), { code: 0, signal: null });
  });

  it("ends in one line where its store cannot be had", async () => {
    const child = start("--store", "redis://127.0.0.1:1", "--processes", "2");
    const { code } = await child.ends();
    assert.equal(code, 69);
    assert.equal(child.complaints.match(/baton: Redis at /g)?.length, 1);
  });
});

function processesOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(path, "utf8").split(" ").filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
