import assert from "node:assert/strict";
import type { QueueName, TaskType } from "../../../server/src/domain/ids.ts";
import type { SqliteStore } from "../../../server/src/store/sqlite/sqlite-store.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import {
  complete,
  find,
  lease,
  leaseOne,
  openSession,
  release,
  settle,
  settlementOf,
  submit,
  sweep,
  type TestSession,
} from "../conformance/actions.ts";
import { setQueue } from "../conformance/flow/flow-actions.ts";
import type { StoreUnderTest } from "../conformance/harness.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

const KEYS = 20_000;
const PARKED_KEYS = 1_500;
const MANY_KEYS_WITHIN_MS = 30_000;

describe("Lanes of SQLite", () => {
  let under: StoreUnderTest;
  let session: TestSession;

  beforeEach(async () => {
    under = await sqliteHarness.start();
    session = await openSession(under.store);
  });

  afterEach(async () => {
    assert.deepEqual((await under?.orphans()) ?? [], []);
    await under?.stop();
  });

  const store = (): SqliteStore => under.store as SqliteStore;
  const keysOf = async (limit: number) =>
    (await lease(under.store, session, { limit })).map(({ spec }) => spec.concurrencyKey);

  it("share a lease call evenly, tasks without a key among them", async () => {
    await under.store.submit(newTasks(50, { concurrencyKey: "flood" }));
    await under.store.submit(newTasks(50));
    await under.store.submit(newTasks(3, { concurrencyKey: "small" }));
    const first = await keysOf(9);
    assert.deepEqual(first.toSorted(), [
      "",
      "",
      "",
      "flood",
      "flood",
      "flood",
      "small",
      "small",
      "small",
    ]);
    assert.deepEqual((await keysOf(4)).toSorted(), ["", "", "flood", "flood"]);
  });

  it("let a key go on when a lease of it ends", async () => {
    await setQueue(under.store, { keyConcurrencyLimit: 1 });
    await under.store.submit(newTasks(3, { concurrencyKey: "a" }));
    await under.store.submit(newTasks(2, { concurrencyKey: "b" }));
    const held = await lease(under.store, session, { limit: 10 });
    assert.deepEqual(
      held.map(({ spec }) => spec.concurrencyKey),
      ["a", "b"],
    );
    assert.deepEqual(await keysOf(10), []);
    const [first] = held;
    assert.ok(first !== undefined);
    await settle(under.store, first, complete());
    assert.deepEqual(await keysOf(10), ["a"]);
  });

  it("hold the others of an ordering key back until its head ended", async () => {
    const ids = [];
    for (const priority of [3, 9, 5]) {
      ids.push(await submit(under.store, { orderingKey: "o", concurrencyKey: "a", priority }));
    }
    const order = [];
    for (let task = await leaseOne(under.store, session); ; ) {
      order.push(task.id);
      assert.deepEqual(await keysOf(10), []);
      await settle(under.store, task, complete());
      const [next] = await lease(under.store, session);
      if (next === undefined) {
        break;
      }
      task = next;
    }
    assert.deepEqual(order, ids);
  });

  it("wait for a token, and for the end of a hold", async () => {
    await setQueue(under.store, { keyRateLimit: { tasks: 1, periodMs: 1_000, burst: 2 } });
    await under.store.submit(newTasks(5, { concurrencyKey: "a" }));
    assert.equal((await keysOf(10)).length, 2);
    await under.advance(1_000);
    const [task] = await lease(under.store, session, { limit: 10 });
    assert.ok(task !== undefined);
    await settle(under.store, task, {
      ...release(),
      hold: { scope: "key", forMs: 60_000 },
    } as never);
    await under.advance(30_000);
    session = await openSession(under.store);
    assert.deepEqual(await keysOf(10), []);
    await under.advance(30_000);
    session = await openSession(under.store);
    assert.equal((await keysOf(10)).length, 2);
  });

  it("keep limits when the process ends and the next opens the file", async () => {
    await setQueue(under.store, { concurrencyLimit: 2, isPaused: true });
    await under.store.submit(newTasks(5));
    assert.deepEqual(await keysOf(10), []);
    await under.crash();
    assert.deepEqual(await keysOf(10), []);
    await setQueue(under.store, { isPaused: false });
    assert.equal((await keysOf(10)).length, 2);
    await under.crash();
    assert.deepEqual(await keysOf(10), []);
  });

  it("cost a call for one task as much with a thousand types as with ten, each in its turn", async () => {
    const costOf = async (types: number): Promise<number> => {
      const name = `with-${types}` as QueueName;
      const tasks = Array.from({ length: types * 3 }, (_, at) =>
        newTask({ queue: name, type: `type-${at % types}` as TaskType, concurrencyKey: "acme" }),
      );
      await under.store.submit(tasks);
      const taking = await openSession(under.store, { queue: name });
      await lease(under.store, taking, { limit: 1 });
      const before = process.cpuUsage();
      const seen = new Set<string>();
      for (let call = 0; call < 20; call += 1) {
        for (const { spec } of await lease(under.store, taking, { limit: 1 })) {
          seen.add(spec.type);
        }
      }
      const { user, system } = process.cpuUsage(before);
      assert.equal(seen.size, Math.min(types, 20));
      return user + system;
    };
    const few = await costOf(10);
    const many = await costOf(1_000);
    assert.ok(many < few * 10, `${many} µs of CPU in place of ${few}`);
  });

  it("say of very many parked keys about how many there are, without a look at each", async () => {
    await setQueue(under.store, { keyConcurrencyLimit: 1 });
    for (let from = 0; from < PARKED_KEYS; from += 100) {
      const keys = Array.from({ length: 100 }, (_, at) => `key-${from + at}`);
      await under.store.submit(
        [...keys, ...keys].map((concurrencyKey) => newTask({ concurrencyKey })),
      );
    }
    while ((await keysOf(200)).length > 0) {
      // Each key has one leased and one that waits.
    }
    const [figures] = await under.store.stats([QUEUE]);
    assert.equal(figures?.blockedKeys, PARKED_KEYS);
    assert.equal(figures?.blockedBy?.key, PARKED_KEYS);
  });

  it("leave nothing of many keys", async () => {
    await setQueue(under.store, {
      keyConcurrencyLimit: 1,
      keyRateLimit: { tasks: 1, periodMs: 1_000, burst: 1 },
    });
    for (let from = 0; from < KEYS; from += 1_000) {
      const tasks = Array.from({ length: 1_000 }, (_, at) =>
        newTasks(1, { concurrencyKey: `key-${from + at}`, orderingKey: "o", retentionMs: 0 }),
      );
      await under.store.submit(tasks.flat());
    }
    let done = 0;
    for (;;) {
      const tasks = await lease(under.store, session, { limit: 200 });
      if (tasks.length === 0) {
        break;
      }
      done += tasks.length;
      await under.store.settle(tasks.map((task) => settlementOf(task, complete())));
    }
    assert.equal(done, KEYS);
    await under.advance(1_000_000);
    for (let report = await sweep(under.store); report.nextInMs === 0; ) {
      report = await sweep(under.store);
    }
    assert.deepEqual(await under.residue(), []);
    assert.deepEqual(
      (await store().settings([QUEUE])).map(({ settings }) => settings.keyConcurrencyLimit),
      [1],
    );
  }).timeout(MANY_KEYS_WITHIN_MS);

  it("are told of a task without keys as before", async () => {
    const id = await submit(under.store);
    assert.equal((await find(under.store, id)).state, "READY");
  });
});
