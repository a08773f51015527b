import assert from "node:assert/strict";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { COLLECTIONS } from "../../../server/src/store/documents.ts";
import { registryKey } from "../../../server/src/store/redis/keys.ts";
import { QUEUE } from "../../support/task-factory.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import {
  countsOf,
  find,
  lease,
  leaseOne,
  only,
  openSession,
  refOf,
  renew,
  resume,
  submit,
  sweep,
} from "../conformance/actions.ts";
import { redisBed } from "./redis-bed.ts";

const { schedules } = COLLECTIONS;

const REGISTRY = registryKey("b");

/** What may happen to a Redis that dispatchers go on with. */
const LOSSES: Readonly<Record<string, readonly string[]>> = {
  "a FLUSHALL": ["FLUSHALL"],
  "a FLUSHDB": ["FLUSHDB"],
};

describe("A Redis that lost what it had", function () {
  this.timeout(20_000);

  const bed = redisBed();
  let clock: ManualClock;

  beforeEach(() => {
    clock = new ManualClock();
  });

  const open = (partitions?: number) =>
    bed.openBoth({ clock, ...(partitions !== undefined && { partitions }) });

  for (const [what, [command = ""]] of Object.entries(LOSSES)) {
    it(`knows the queues of tasks submitted after ${what}, on every dispatcher at once`, async () => {
      const { store } = await open();
      const { store: other } = await open();
      await submit(store);
      await submit(other);
      await bed.redis.call(command);
      assert.deepEqual(await other.stats([QUEUE]), []);
      await submit(store);
      assert.equal((await countsOf(other)).READY, 1);
      assert.deepEqual(await other.queueNames(), [QUEUE]);
    });
  }

  it("knows a queue of several partitions again, and how many it has", async () => {
    const { store } = await open(4);
    const { store: other } = await open();
    for (let count = 0; count < 20; count += 1) await submit(store);
    await bed.redis.flushall();
    const ids = await Promise.all(Array.from({ length: 20 }, () => submit(store)));
    await store.queueNames();
    assert.equal((await countsOf(other)).READY, 20);
    assert.equal((await lease(other, await openSession(other))).length, 20);
    const { store: late } = await open();
    assert.equal((await find(late, ids[0] ?? assert.fail())).state, "LEASED");
  });

  it("enters queues anew whose registry alone was lost, but none without tasks", async () => {
    const { store } = await open();
    await submit(store);
    await submit(store, { queue: "gone" as QueueName });
    await bed.redis.del("b{gone}:t");
    assert.equal(await bed.redis.del(REGISTRY), 1);
    const { store: other } = await open();
    assert.deepEqual(await other.queueNames(), []);
    assert.deepEqual(await store.queueNames(), [QUEUE]);
    assert.deepEqual(await other.queueNames(), [QUEUE]);
    await submit(store, { queue: "gone" as QueueName });
    assert.deepEqual(await other.queueNames(), [QUEUE, "gone"]);
  });

  it("enters a queue at the next submit where that failed behind the one that was stored", async () => {
    const { store } = await open();
    await submit(store);
    await bed.redis.flushall();
    await bed.redis.set(REGISTRY, "is no set");
    await assert.rejects(submit(store));
    await bed.redis.del(REGISTRY);
    await submit(store);
    assert.deepEqual(await store.queueNames(), [QUEUE]);
  });

  it("tells a session that its leases are gone, with all it had", async () => {
    const { store } = await open();
    const session = await openSession(store);
    await submit(store);
    const held = [refOf(await leaseOne(store, session))];
    await bed.redis.flushall();
    assert.equal((await renew(store, session)).kind, "gone");
    const { opened } = await resume(store, { session, held });
    assert.deepEqual(opened, { kept: [], lost: held, released: [] });
  });

  it("has a session agree anew whose tasks alone are gone", async () => {
    const { store } = await open();
    const session = await openSession(store);
    const bystander = await openSession(store);
    await submit(store);
    const held = [refOf(await leaseOne(store, session))];
    await sweep(store);
    await bed.redis.del("b{email}:t");
    clock.advance(60_000);
    await sweep(store);
    clock.advance(60_000);
    await sweep(store);
    assert.equal((await renew(store, session)).kind, "gone");
    assert.equal((await renew(store, bystander)).kind, "ok");
    const { opened } = await resume(store, { session, held });
    assert.deepEqual(opened, { kept: [], lost: held, released: [] });
  });

  it("lists and names the documents that are there, beside others of which only their name is", async () => {
    const { documents } = await open();
    const names = Array.from({ length: 40 }, (_, at) => `s${String(at).padStart(2, "0")}`);
    const put = (some: readonly string[]) =>
      documents.put(
        schedules,
        some.map((name) => ({
          name,
          body: Buffer.from(name),
          due: { kind: "now" },
          expectedVersion: null,
        })),
      );
    await put(names);
    for (const key of await bed.redis.keys("b{~schedules~*}:documents")) await bed.redis.del(key);
    const kept = names.filter((_, at) => at % 3 === 0);
    await put(kept);
    const first = await documents.list(schedules, null, 5);
    assert.deepEqual(
      first.map(({ name }) => name),
      kept.slice(0, 5),
    );
    const rest = await documents.list(schedules, only(first.slice(-1)).name, 100);
    assert.deepEqual(
      [...first, ...rest].map(({ name }) => name),
      kept,
    );
    const due = await documents.due(schedules, 1_000, 1_000);
    assert.deepEqual(due.documents.map(({ name }) => name).sort(), kept);
  });
});
