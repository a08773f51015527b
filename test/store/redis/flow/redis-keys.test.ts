import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import type { KeysQuery } from "../../../../server/src/store/flow.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE } from "../../../support/task-factory.ts";
import {
  complete,
  lease,
  leaseOne,
  only,
  openSession,
  refOf,
  settle,
  submit,
} from "../../conformance/actions.ts";
import { idsOf, listKeys, setKey, setQueue } from "../../conformance/flow/flow-actions.ts";
import { listAll } from "../../model/listing.ts";
import { redisBed } from "../redis-bed.ts";

const HOUR_MS = 3_600_000;
const NOTHING = { paused: 0, held: 0, concurrency: 0, rate: 0, key: 0, ordering: 0 };

/** Which keys a listing has, read page by page. */
async function namesOf(
  store: Store,
  filter: KeysQuery["filter"],
  limit = 7,
): Promise<readonly string[]> {
  return [...(await listKeys(store, { filter, limit })).keys()].sort();
}

describe("Concurrency keys on Redis", () => {
  const bed = redisBed();

  for (const partitions of [1, 4]) {
    it(`are each listed once, page by page, with ${partitions} partitions`, async () => {
      const store = await bed.open({ partitions });
      const keys = Array.from({ length: 40 }, (_, at) => `key ${at} ✓`);
      await store.submit(keys.map((concurrencyKey) => newTask({ concurrencyKey })));
      await store.submit(newTasks(3));
      await lease(store, await openSession(store), { limit: 11 });
      const set = [...keys.slice(20), "idle 1", "idle 2", "idle 3"];
      for (const key of set) await setKey(store, key, { weight: 2 });
      const all = [...keys, "idle 1", "idle 2", "idle 3"].sort();
      assert.deepEqual(await namesOf(store, "all"), all);
      assert.deepEqual(await namesOf(store, "all", 1), all);
      assert.deepEqual(await namesOf(store, "all", 1_000), all);
      assert.deepEqual(await namesOf(store, "set"), set.sort());
      assert.deepEqual(await namesOf(store, "blocked"), []);
    });
  }

  it("say how many of their tasks wait and run, and what holds them back", async () => {
    const store = await bed.open();
    const session = await openSession(store);
    await setQueue(store, { keyConcurrencyLimit: 1 });
    await setKey(store, "paused", { isPaused: true });
    await setKey(store, "slow", {
      concurrencyLimit: 9,
      rateLimit: { tasks: 1, periodMs: HOUR_MS, burst: 1 },
    });
    for (const concurrencyKey of ["paused", "slow", "busy", "free"]) {
      await store.submit(newTasks(2, { concurrencyKey }));
    }
    await submit(store, { concurrencyKey: "slow", due: { kind: "after", delayMs: HOUR_MS } });
    const held = await lease(store, session);
    const free = held.find(({ spec }) => spec.concurrencyKey === "free");
    await settle(store, free ?? assert.fail(), complete());
    bed.advance(1_000);
    const listed = await listKeys(store, { limit: 7 });
    const of = (key: string) => {
      const { oldestReadyAgeMs, blockedBy, settings, ...rest } = listed.get(key) ?? assert.fail();
      assert.ok(oldestReadyAgeMs !== null && oldestReadyAgeMs >= 1_000);
      return { ...rest, kind: blockedBy?.kind, isSet: settings !== null };
    };
    assert.deepEqual(of("paused"), {
      key: "paused",
      waiting: 2,
      leased: 0,
      kind: "paused",
      isSet: true,
    });
    assert.deepEqual(of("slow"), { key: "slow", waiting: 2, leased: 1, kind: "rate", isSet: true });
    assert.deepEqual(of("busy"), {
      key: "busy",
      waiting: 1,
      leased: 1,
      kind: "concurrency",
      isSet: false,
    });
    assert.deepEqual(of("free"), {
      key: "free",
      waiting: 1,
      leased: 0,
      kind: undefined,
      isSet: false,
    });
    assert.deepEqual(await namesOf(store, "blocked"), ["busy", "paused", "slow"]);
    const { blockedBy } = listed.get("slow") ?? assert.fail();
    assert.ok(blockedBy?.kind === "rate" && blockedBy.remainingMs <= HOUR_MS - 1_000);
    assert.ok(blockedBy.remainingMs > HOUR_MS - 60_000);
  });

  it("that are paused are blocked before anybody asks for their tasks", async () => {
    const store = await bed.open();
    await submit(store, { concurrencyKey: "a" });
    await setKey(store, "a", { isPaused: true });
    await setKey(store, "idle", { isPaused: true });
    assert.deepEqual(await namesOf(store, "blocked"), ["a"]);
  });
});

describe("What may hold a task back, on Redis", () => {
  const bed = redisBed();

  for (const partitions of [1, 4]) {
    it(`is told of pause, limits, rates, holds and their holders, with ${partitions} partitions`, async () => {
      const store = await bed.open({ partitions });
      const session = await openSession(store);
      await setQueue(store, {
        concurrencyLimit: 20,
        rateLimit: { tasks: 4, periodMs: HOUR_MS, burst: 4 * partitions },
        keyWeight: 3,
      });
      const first = newTask({ concurrencyKey: "a" });
      const [{ id = first.id } = {}] = await store.submit([first]);
      const held = await leaseOne(store, session);
      assert.equal(held.id, id);
      const second = newTask({ concurrencyKey: "a" });
      const [{ id: next = second.id } = {}] = await store.submit([second]);
      await setKey(store, "a", { concurrencyLimit: 1 });
      await setQueue(store, {
        isPaused: true,
        concurrencyLimit: 20,
        keyWeight: 3,
        rateLimit: { tasks: partitions, periodMs: HOUR_MS, burst: partitions },
      });
      const { nextTokenMs, ...found } = (await store.blockers(next)) ?? assert.fail();
      const limit = 20 / partitions;
      assert.ok(nextTokenMs !== null && nextTokenMs > HOUR_MS / 5);
      assert.deepEqual(found, {
        isPaused: true,
        heldForMs: null,
        concurrency: { limit, leased: 1, holders: [id], ...(partitions > 1 && { partitions }) },
        key: {
          key: "a",
          isPaused: false,
          weight: 3,
          concurrency: { limit: 1, leased: 1, holders: [id] },
          nextTokenMs: null,
          heldForMs: null,
        },
        order: null,
        keysAhead: 0,
        aheadInKey: 0,
      });
      await settle(store, held, {
        kind: "release",
        delayMs: 0,
        hold: { scope: "key", forMs: 5_000 },
      });
      const key = (await store.blockers(next))?.key;
      assert.ok(key?.heldForMs && key.heldForMs > 0 && key.heldForMs <= 5_000);
      assert.deepEqual(key.concurrency.holders, []);
    });
  }

  it("names ten holders at most", async () => {
    const store = await bed.open();
    await store.submit(newTasks(15, { concurrencyKey: "a" }));
    const held = await lease(store, await openSession(store));
    const waiting = await submit(store, { concurrencyKey: "a" });
    const { concurrency, key } = (await store.blockers(waiting)) ?? assert.fail();
    const ids = held.map((task) => refOf(task).taskId);
    for (const { leased, holders } of [concurrency, key?.concurrency ?? assert.fail()]) {
      assert.equal(leased, 15);
      assert.equal(new Set(holders).size, 10);
      assert.ok(holders.every((id) => ids.includes(id)));
    }
  });

  it("names the task that is before it in its ordering key, and how many more are", async () => {
    const store = await bed.open();
    const ids = [];
    for (let at = 0; at < 4; at += 1) {
      ids.push(await submit(store, { concurrencyKey: "a", orderingKey: "o" }));
    }
    const head = await leaseOne(store, await openSession(store));
    const orders = await Promise.all(ids.map(async (id) => (await store.blockers(id))?.order));
    const order = (ahead: number) => ({ key: "o", head: head.id, state: "LEASED", ahead });
    assert.deepEqual(orders, [null, order(0), order(1), order(2)]);
  });

  it("counts the keys before its own and the tasks before it in that", async () => {
    const store = await bed.open();
    await submit(store);
    const ids = [];
    for (const concurrencyKey of ["a", "b", "b", "b"]) {
      ids.push(await submit(store, { concurrencyKey }));
    }
    const found = await Promise.all(ids.map((id) => store.blockers(id)));
    assert.deepEqual(
      found.map((each) => each?.aheadInKey),
      [0, 0, 1, 2],
    );
    assert.ok(found.every((each) => each !== null && each.keysAhead <= 2));
    assert.equal(await store.blockers(newTask().id), null);
  });
});

describe("READY tasks of concurrency keys on Redis", () => {
  const bed = redisBed();

  for (const partitions of [1, 4]) {
    it(`are counted and listed with the others, by place, with ${partitions} partitions`, async () => {
      const store = await bed.open({ partitions });
      const kinds = [{}, { concurrencyKey: "a" }, { orderingKey: "o" }, { concurrencyKey: "b" }];
      const ids: TaskId[] = [];
      for (let at = 0; at < 40; at += 1) {
        const task = newTask(kinds[at % kinds.length]);
        const [outcome] = await store.submit([task]);
        ids.push(outcome?.id ?? task.id);
        // Places of one millisecond differ in their partitions' own sequences.
        bed.advance(1);
      }
      assert.equal(only(await store.stats([QUEUE])).counts.READY, 40);
      const listed = await listAll(store, { states: ["READY"], limit: 7 });
      assert.deepEqual(idsOf(listed), ids);
      const found = await store.get(ids, { ahead: true });
      assert.deepEqual(
        found.map((task) => task?.ahead),
        ids.map((_, at) => at),
      );
    });
  }

  it("are estimated where more than a thousand keys hold them back", async () => {
    const store = await bed.open();
    await setQueue(store, { keyConcurrencyLimit: 1 });
    const session = await openSession(store);
    const keys = Array.from({ length: 3_000 }, (_, at) => `key ${at}`);
    for (let turn = 0; turn < 3; turn += 1) {
      await store.submit(keys.map((concurrencyKey) => newTask({ concurrencyKey })));
    }
    while ((await lease(store, session, { limit: 1_000 })).length > 0);
    const { counts, blockedBy, blockedKeys } = only(await store.stats([QUEUE]));
    assert.deepEqual([counts.READY, counts.LEASED], [6_000, 3_000]);
    assert.deepEqual(blockedBy, { ...NOTHING, key: 6_000 });
    assert.equal(blockedKeys, 3_000);
  }).timeout(20_000);
});
