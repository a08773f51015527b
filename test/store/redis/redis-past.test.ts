import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import { MAX_ATTEMPT_BYTES } from "../../../server/src/domain/attempts/attempt-codec.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../../server/src/domain/flow/queue-settings.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { newTasks, QUEUE, retryPolicy } from "../../support/task-factory.ts";
import {
  complete,
  lease,
  leaseOne,
  release,
  retry,
  settle,
  settlementOf,
  submit,
} from "../conformance/actions.ts";
import { openLong, setQueue } from "../conformance/flow/flow-actions.ts";
import { endsOf } from "../conformance/history/history-actions.ts";
import { redisBed } from "./redis-bed.ts";

const DETAILS = `b{${QUEUE}}:d`;
const FLOW = `b{${QUEUE}}:q`;

describe("Past attempts on Redis", () => {
  const bed = redisBed();
  let redis: Redis;
  let store: Store;

  beforeEach(async () => {
    redis = bed.redis;
    store = await bed.open();
  });

  it("take nothing of tasks that succeed at the first go", async () => {
    await store.submit(newTasks(20));
    const session = await openLong(store);
    const leased = await lease(store, session);
    assert.equal(leased.length, 20);
    await store.settle(leased.map((task) => settlementOf(task, complete())));
    assert.equal(await redis.exists(DETAILS), 0);
  });

  it("take no more than is said of a task that fails on and on", async () => {
    await setQueue(store, { attemptHistory: 5 });
    const id = await submit(store, { retryPolicy: retryPolicy({ maxAttempts: 100 }) });
    const session = await openLong(store, "w".repeat(128));
    const failure = {
      ...{ type: "t".repeat(128), message: "m".repeat(8_192), stack: "s".repeat(16_384) },
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await settle(store, await leaseOne(store, session), retry(0, failure));
    }
    assert.equal(await sizeOfPast(), 6 * MAX_ATTEMPT_BYTES);
    await store.cancel([{ taskId: id, reason: "" }]);
  });

  it("go by settings that were packed before there were any", async () => {
    await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, concurrencyLimit: 7 }, "");
    const packed = (await redis.hgetBuffer(FLOW, "s")) ?? assert.fail();
    await redis.hset(FLOW, "s", packed.subarray(0, 47));
    const id = await submit(store);
    const session = await openLong(store);
    for (let attempt = 0; attempt < 23; attempt += 1) {
      await settle(store, await leaseOne(store, session), release());
    }
    const ends = await endsOf(store, id);
    assert.deepEqual([ends.length, ends.at(-1)], [22, 2]);
  });

  it("keep no task from going on that are damaged: what can be read is kept", async () => {
    const id = await submit(store);
    const session = await openLong(store);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await settle(store, await leaseOne(store, session), release());
    }
    const [field = ""] = await redis.hkeys(DETAILS);
    const [bytes] = await redis.hvalsBuffer(DETAILS);
    assert.ok(bytes !== undefined && field !== "");
    for (const damaged of [bytes.subarray(0, -3), Buffer.from([7]), Buffer.alloc(3, 255)]) {
      const [whole = Buffer.alloc(0)] = await redis.hkeysBuffer(DETAILS);
      await redis.hset(DETAILS, whole, damaged);
      await endsOf(store, id);
      assert.equal((await settle(store, await leaseOne(store, session), release())).kind, "ok");
    }
    assert.deepEqual(await endsOf(store, id), ["5: 1 RELEASED", 4]);
  });

  async function sizeOfPast(): Promise<number> {
    const fields = await redis.hkeysBuffer(DETAILS);
    const values = await redis.hvalsBuffer(DETAILS);
    const at = fields.findIndex((field) => field.subarray(-1).toString() === "h");
    return values[at]?.length ?? 0;
  }
});
