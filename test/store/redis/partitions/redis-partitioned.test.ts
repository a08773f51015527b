import assert from "node:assert/strict";
import { Redis } from "ioredis";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { openRedisStore } from "../../../../server/src/store/redis/open-redis-store.ts";
import type { Store, StoreHint } from "../../../../server/src/store/store.ts";
import { leaveOut } from "../../../support/leave-out.ts";
import { startCluster, type TestCluster } from "../../../support/redis/redis-cluster.ts";
import { newTasks, QUEUE } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import {
  complete,
  lease,
  only,
  openSession,
  settle,
  settlementOf,
  submit,
} from "../../conformance/actions.ts";
import { describeStore } from "../../conformance/index.ts";
import { redisHarness, startSingle } from "../redis-harness.ts";

const SMS = "sms" as QueueName;

/** What is promised of the order in a queue, and of a partition only where the queue has several. */
const ACROSS_PARTITIONS = [
  "order",
  "keeps the order of pinned tasks and others, asked for every type",
  "keeps the order of pinned tasks and others, asked for its type",
  "keeps the order of suspects, of whatever type",
  "names no suspects any more once the last was leased, with a key or without",
  "gathers notices in order",
  "leases only the types asked for",
  "lists READY tasks in the order they will be leased (G8)",
  "goes on from the place of a task that has moved on or gone",
  "makes a scheduled task READY, which is first due now (G8)",
  "keeps the place of a task that backs off, and its attempts (G8)",
  "counts how many tasks run before one, only where asked and only where it is READY",
  "keeps every task whose submit was answered (G1)",
  "names attempts past their timeout until somebody fails them",
  // The bytes of a lease and the limit of a sweep are met about.
  "stops before the payloads are too many bytes, but leases the first whatever its size",
  "does at most as much as it is told to, and says that there is more",
  "purges many in several sweeps (G13)",
];

/** Limits of a queue are dealt out, at least one a partition; its keys lie in one partition each, and so do their limits. */
const OF_WHOLE_QUEUES = [
  "rates",
  "fairness",
  "backlogs",
  "a place of a queue",
  "costs a queue nothing any more that has the defaults again",
  "leases nothing of a paused queue, takes submits, and goes on in order (G14)",
  "says that only an operator lets the tasks of a paused queue go (G14)",
  "leases no more of a queue than its limit, over several calls and sessions (G10)",
  "counts both the queue's limit and the keys' (G10)",
  "spends no attempt and no delivery of a task that has to wait (G10)",
  "ends nothing where a limit is lowered, and leases nothing until it fits (G10)",
  "lets go what waits where a limit is raised, and where it is taken away (G10)",
  "says that an end of a lease lets the next go, and hints it (G10)",
  "says nothing is held back where nothing is (G10)",
  "stops at the byte limit without losing a place of a key (G10)",
  "leases nothing of a held queue for so long, and then in order",
  "puts a head in line by its own priority (G8)",
  "keeps lines apart, and leases the heads of all at once (G9)",
  "names the first ten of those that have the places of a queue",
  "says when the queue's next token is there",
  "counts the keys that are dealt to before, and the tasks of its own",
  "counts READY tasks that are held back by concurrency",
  "counts READY tasks that are held back by rate",
  "counts by a raised rate at its own pace, not at that of the one before",
  "lists READY tasks of every kind in the order of their places",
];

const suite = describe("On queues of several partitions,", () => {
  const partitions = new Map([
    [QUEUE, 4],
    [SMS, 3],
  ]);
  describeStore(redisHarness("Redis", startSingle, { partitions }));
});

leaveOut(suite, [...ACROSS_PARTITIONS, ...OF_WHOLE_QUEUES]);

describe("A queue of several partitions on a cluster of three masters", function () {
  this.timeout(30_000);

  let cluster: TestCluster;
  let store: Store;
  let other: Store;

  before(async () => {
    cluster = await startCluster();
    store = await openRedisStore({ url: cluster.url, partitions: new Map([[QUEUE, 12]]) });
    other = await openRedisStore({ url: cluster.url, followQueues: [QUEUE] });
  });

  after(async () => {
    await store?.close();
    await other?.close();
    await cluster?.stop();
  });

  it("lies in as many slots as it has partitions, on every master", async () => {
    const batch = newTasks(300);
    await store.submit(batch);
    const slots = new Set<unknown>();
    let tasks = 0;
    for (const { port } of cluster.nodes) {
      const node = new Redis(port, "127.0.0.1");
      const keys = await node.keys("b{email/*}:t");
      assert.ok(keys.length > 0, "every master has a part");
      for (const key of keys) {
        slots.add(await node.call("CLUSTER", "KEYSLOT", key));
        tasks += await node.hlen(key);
      }
      node.disconnect();
    }
    assert.deepEqual([slots.size, tasks], [12, 300]);

    const session = await openSession(other);
    const leased = await lease(other, session, { limit: 500 });
    assert.deepEqual(leased.map(({ id }) => id).toSorted(), batch.map(({ id }) => id).toSorted());
    const settlements = leased.map((task) => settlementOf(task, complete()));
    assert.ok((await store.settle(settlements)).every(({ kind }) => kind === "ok"));
    assert.equal(only(await store.stats()).counts.SUCCEEDED, 300);
  });

  it("hints from any partition to whoever follows the queue", async () => {
    await eventually(async () => {
      const heard: StoreHint[] = [];
      const stop = other.onHint((hint) => heard.push(hint));
      const ids = newTasks(40);
      await store.submit(ids);
      await eventually(() => assert.ok(heard.filter(({ kind }) => kind === "ready").length >= 6), {
        withinMs: 500,
      });
      stop();
      assert.ok(heard.every((hint) => hint.kind === "ready" && hint.queue === QUEUE));
      const session = await openSession(other);
      for (const task of await lease(other, session, { limit: 500 })) {
        await settle(other, task, complete());
      }
    });
  });

  it("is not taken with another count", async () => {
    await submit(store);
    const partitions = new Map([[QUEUE, 6]]);
    await assert.rejects(openRedisStore({ url: cluster.url, partitions }), {
      message: /names 6 for the queue email, which has tasks, workers or settings in 12;/,
    });
  });
});
