import assert from "node:assert/strict";
import { join } from "node:path";
import { TaskClient } from "@baton/worker-sdk";
import { openRedisStore } from "../../server/src/store/redis/open-redis-store.ts";
import { die, lease, openSession, settlementOf } from "../store/conformance/actions.ts";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { newTasks, QUEUE } from "../support/task-factory.ts";
import { eventually } from "../support/time/eventually.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");
const TASKS = 600;
const RATE = 150;

describe("An operation whose dispatcher is killed for real", function () {
  this.timeout(60_000);
  let redis: RedisServer;
  const children: Child[] = [];

  before(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.stop(5_000)));
  });
  after(() => redis?.stop());

  const start = async (): Promise<{ child: Child; address: string }> => {
    const serve = ["serve", "--listen", "127.0.0.1:0", "--http-listen", "off"];
    const child = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, ...serve, "--store", redis.url],
    });
    children.push(child);
    const [, address] = await child.line(/^ready (\S+)$/);
    return { child, address: address ?? "" };
  };

  it("is carried on with by another, each task once, and counted", async () => {
    const store = await openRedisStore({ url: redis.url });
    try {
      await store.submit(newTasks(TASKS));
      const session = await openSession(store, { ttlMs: 3_600_000 });
      const held = await lease(store, session, { limit: TASKS });
      await store.settle(held.map((task) => settlementOf(task, die())));

      const [doomed, other] = await Promise.all([start(), start()]);
      await using first = new TaskClient({ address: doomed.address });
      await using second = new TaskClient({ address: other.address });
      const filter = { queue: QUEUE, all: true };
      const options = { kind: "REDRIVE", filter, tasksPerSecond: RATE } as const;
      const { id } = await first.operations.start(options);
      await eventually(async () => {
        assert.ok((await second.operations.get(id)).done > RATE / 2);
      });
      await doomed.child.kill();
      const over = await second.operations.of(id).done({ timeoutMs: 40_000 });
      assert.deepEqual([over.state, over.done, over.skipped, over.failed], ["DONE", TASKS, {}, {}]);
      const [figures] = await store.stats([QUEUE]);
      assert.deepEqual([figures?.counts.READY, figures?.counts.DEAD], [TASKS, 0]);
    } finally {
      await store.close();
    }
  });
});
