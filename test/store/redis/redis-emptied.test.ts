import assert from "node:assert/strict";
import { Redis } from "ioredis";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { COLLECTIONS, type Documents } from "../../../server/src/store/documents.ts";
import { registryKey } from "../../../server/src/store/redis/keys.ts";
import { openRedis } from "../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
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

const { schedules } = COLLECTIONS;

const REGISTRY = registryKey("b");

/** What may happen to a Redis that dispatchers go on with. */
const LOSSES: Readonly<Record<string, readonly string[]>> = {
  "a FLUSHALL": ["FLUSHALL"],
  "a FLUSHDB": ["FLUSHDB"],
};

describe("A Redis that lost what it had", function () {
  this.timeout(20_000);

  let server: RedisServer;
  let redis: Redis;
  let clock: ManualClock;
  let opened: { store: Store; documents: Documents }[] = [];

  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis?.disconnect();
    await server?.stop();
  });
  beforeEach(async () => {
    await redis.flushall();
    clock = new ManualClock();
    opened = [];
  });
  afterEach(() => Promise.all(opened.map(({ store }) => store.close())));

  const open = async (partitions?: number) => {
    const one = await openRedis({
      url: server.url,
      clock,
      ...(partitions === undefined ? {} : { partitions: new Map([[QUEUE, partitions]]) }),
    });
    opened.push(one);
    return one;
  };

  for (const [what, [command = ""]] of Object.entries(LOSSES)) {
    it(`knows the queues of tasks submitted after ${what}, on every dispatcher at once`, async () => {
      const { store } = await open();
      const { store: other } = await open();
      await submit(store);
      await submit(other);
      await redis.call(command);
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
    await redis.flushall();
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
    await redis.del("b{gone}:t");
    assert.equal(await redis.del(REGISTRY), 1);
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
    await redis.flushall();
    await redis.set(REGISTRY, "is no set");
    await assert.rejects(submit(store));
    await redis.del(REGISTRY);
    await submit(store);
    assert.deepEqual(await store.queueNames(), [QUEUE]);
  });

  it("tells a session that its leases are gone, with all it had", async () => {
    const { store } = await open();
    const session = await openSession(store);
    await submit(store);
    const held = [refOf(await leaseOne(store, session))];
    await redis.flushall();
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
    await redis.del("b{email}:t");
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
    for (const key of await redis.keys("b{~schedules~*}:documents")) await redis.del(key);
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
