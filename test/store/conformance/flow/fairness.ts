import assert from "node:assert/strict";
import type { QueueSettings } from "../../../../server/src/domain/flow/queue-settings.ts";
import type { TaskType } from "../../../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../../../server/src/domain/task.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";
import {
  complete,
  die,
  type HeldTask,
  lease,
  redrive,
  release,
  retry,
  settle,
  type TestSession,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import { countByKey, idsOf, openLong, setKey, setQueue, submitOf } from "./flow-actions.ts";

/** What keys get that all have tasks (G8). */
export function describeFairness(fixture: Fixture): void {
  /** Leases so many, a few a call, and ends each lease at once. */
  const leaseMany = async (
    store: Store,
    session: TestSession,
    count: number,
    most = 7,
  ): Promise<HeldTask[]> => {
    const leased: HeldTask[] = [];
    while (leased.length < count) {
      const limit = Math.min(most, count - leased.length);
      const tasks = await lease(store, session, { limit });
      assert.ok(tasks.length > 0, "nothing came");
      leased.push(...tasks);
      for (const task of tasks) {
        await settle(store, task, complete());
      }
    }
    return leased;
  };

  it("shares grants evenly between keys, however much each has (G8)", async () => {
    const { store } = fixture;
    await submitOf(store, "flood", 200);
    await submitOf(store, "small", 30);
    await submitOf(store, "late", 30);
    const session = await openLong(store);
    const counts = countByKey(await leaseMany(store, session, 60));
    for (const key of ["flood", "small", "late"]) {
      assert.ok(Math.abs((counts[key] ?? 0) - 20) <= 1, `${key} got ${counts[key]}`);
    }
  });

  it("keeps to one stride a key after each single grant (G8)", async () => {
    const { store } = fixture;
    const keys = ["a", "b", "c", "d"];
    for (const key of keys) {
      await submitOf(store, key, 20);
    }
    const session = await openLong(store);
    const counts = new Map(keys.map((key) => [key, 0]));
    for (const task of await leaseMany(store, session, 60, 3)) {
      const key = task.spec.concurrencyKey;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.deepEqual([...counts.values()], [15, 15, 15, 15]);
  });

  it("shares in proportion to weights, those of the queue and of a key itself (G8)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyWeight: 2 });
    await setKey(store, "heavy", { weight: 6 });
    for (const key of ["heavy", "one", "two"]) {
      await submitOf(store, key, 100);
    }
    const session = await openLong(store);
    const { heavy = 0, one = 0, two = 0 } = countByKey(await leaseMany(store, session, 100));
    assert.ok(Math.abs(heavy - 60) <= 6, `heavy got ${heavy}`);
    assert.ok(Math.abs(one - 20) <= 2, `one got ${one}`);
    assert.ok(Math.abs(two - 20) <= 2, `two got ${two}`);
  });

  for (const [how, [settings, own]] of Object.entries<
    [Partial<QueueSettings>, Record<string, number>]
  >({
    "two keys": [{ keyConcurrencyLimit: 1 }, { heavy: 10 }],
    "two keys that have two places": [{ keyConcurrencyLimit: 2 }, { heavy: 10 }],
    "a key of a limit and tasks without a key": [
      { keyConcurrencyLimit: 1, plainWeight: 1 },
      { heavy: 10, "": 1 },
    ],
    "tasks without a key and a key of a limit": [
      { keyConcurrencyLimit: 1, plainWeight: 10 },
      { "": 10 },
    ],
  })) {
    it(`keeps weights where keys are at their limit in between: ${how} (G8)`, async () => {
      const { store } = fixture;
      await setQueue(store, settings);
      const heavy = Object.keys(own)[0] ?? assert.fail();
      const light = Object.keys(own)[1] ?? "light";
      for (const [key, weight] of Object.entries(own).filter(([each]) => each !== "")) {
        await setKey(store, key, { weight });
      }
      await submitOf(store, heavy, 130);
      await submitOf(store, light, 130);
      const session = await openLong(store);
      const counts = countByKey(await leaseMany(store, session, 110, 1));
      assert.ok(Math.abs((counts[heavy] ?? 0) - 100) <= 2, JSON.stringify(counts));
    });
  }

  it("goes by a changed weight from the next call on (G8)", async () => {
    const { store } = fixture;
    await submitOf(store, "a", 100);
    await submitOf(store, "b", 100);
    const session = await openLong(store);
    await leaseMany(store, session, 20);
    await setKey(store, "a", { weight: 4 });
    const { a = 0, b = 0 } = countByKey(await leaseMany(store, session, 50));
    assert.ok(Math.abs(a - 40) <= 5 && Math.abs(b - 10) <= 5, `${a} and ${b}`);
  });

  it("counts all tasks without a key as one of the plain weight (G8)", async () => {
    const { store } = fixture;
    await setQueue(store, { plainWeight: 2 });
    await submitOf(store, "", 100);
    await submitOf(store, "a", 100);
    await submitOf(store, "b", 100);
    const session = await openLong(store);
    const counts = countByKey(await leaseMany(store, session, 80));
    assert.ok(Math.abs((counts[""] ?? 0) - 40) <= 2, `plain got ${counts[""]}`);
    assert.ok(Math.abs((counts.a ?? 0) - 20) <= 2, `a got ${counts.a}`);
  });

  it("gives everything to a lone key, and to the rest what one leaves (G8)", async () => {
    const { store } = fixture;
    await submitOf(store, "alone", 30);
    const session = await openLong(store);
    assert.equal((await lease(store, session, { limit: 20 })).length, 20);
    await submitOf(store, "small", 3);
    assert.equal((await lease(store, session)).length, 13);
  });

  it("lets a key that was away catch up nothing, and fall behind in nothing (G8)", async () => {
    const { store } = fixture;
    await submitOf(store, "busy", 200);
    const [only] = await submitOf(store, "rare", 1);
    const session = await openLong(store);
    const first = await leaseMany(store, session, 100);
    assert.ok(idsOf(first.slice(0, 7)).includes(only ?? assert.fail()));
    await submitOf(store, "rare", 60);
    const { rare = 0, busy = 0 } = countByKey(await leaseMany(store, session, 40));
    assert.ok(Math.abs(rare - busy) <= 2, `${rare} and ${busy}`);
  });

  it("lets no key gain by coming again and again with one task (G8)", async () => {
    const { store } = fixture;
    for (const key of ["a", "b", "c"]) {
      await submitOf(store, key, 60);
    }
    await submitOf(store, "drip", 1);
    const session = await openLong(store);
    const counts: Record<string, number> = {};
    for (let lap = 0; lap < 80; lap += 1) {
      const [task] = await lease(store, session, { limit: 1 });
      assert.ok(task !== undefined);
      await settle(store, task, complete());
      const key = task.spec.concurrencyKey;
      counts[key] = (counts[key] ?? 0) + 1;
      if (key === "drip") {
        await submitOf(store, "drip", 1);
      }
    }
    assert.ok((counts.drip ?? 0) <= 22, `drip got ${counts.drip}`);
    assert.ok((counts.drip ?? 0) >= 16, `drip got ${counts.drip}`);
  });

  it("serves a key that waits while others come anew faster than they are served (G8)", async () => {
    const { store } = fixture;
    await submitOf(store, "old", 20);
    const session = await openLong(store);
    const turns: number[] = [];
    for (let turn = 0; turn < 120; turn += 1) {
      await submitOf(store, `new-${turn}`, 1);
      await submitOf(store, `newer-${turn}`, 1);
      const [task] = await leaseMany(store, session, 1, 1);
      if (task?.spec.concurrencyKey === "old") {
        turns.push(turn);
      }
    }
    // Each round serves those that came in the one before, twice as many.
    assert.ok(turns.length >= 4 && (turns[0] ?? 120) <= 5, turns.join(", "));
  });

  it("lets a key that was at its limit fall behind by no more than its limit did (G8)", async () => {
    const { store } = fixture;
    await setKey(store, "slow", { concurrencyLimit: 1 });
    await submitOf(store, "slow", 50);
    await submitOf(store, "quick", 200);
    const session = await openLong(store);
    const [running] = (await lease(store, session, { limit: 2 })).filter(
      ({ spec }) => spec.concurrencyKey === "slow",
    );
    assert.ok(running !== undefined);
    await leaseMany(store, session, 50);
    await settle(store, running, complete());
    await setKey(store, "slow", null);
    const { slow = 0, quick = 0 } = countByKey(await leaseMany(store, session, 40));
    assert.ok(Math.abs(slow - quick) <= 3, `${slow} and ${quick}`);
  });

  it("orders the tasks of a key by priority, then by when they were first due (G8)", async () => {
    const { store, under } = fixture;
    const [low] = await submitOf(store, "acme", 1, { priority: 2 });
    const [delayed] = await submitOf(store, "acme", 1, { due: { kind: "after", delayMs: 5_000 } });
    await under.advance(10_000);
    const [later] = await submitOf(store, "acme", 1);
    const [high] = await submitOf(store, "acme", 1, { priority: 9 });
    await submitOf(store, "bolt", 3, { priority: 9 });
    const session = await openLong(store);
    const order = (await leaseMany(store, session, 7, 1))
      .filter(({ spec }) => spec.concurrencyKey === "acme")
      .map(({ id }) => id);
    assert.deepEqual(order, [high, delayed, later, low]);
  });

  it("lets priority order within a key, and not between keys (G8)", async () => {
    const { store } = fixture;
    await submitOf(store, "eager", 50, { priority: 9 });
    await submitOf(store, "calm", 50, { priority: 0 });
    const session = await openLong(store);
    const { eager = 0, calm = 0 } = countByKey(await leaseMany(store, session, 40));
    assert.ok(Math.abs(eager - calm) <= 1, `${eager} and ${calm}`);
  });

  for (const [how, outcome] of Object.entries({ released: release(), retried: retry() })) {
    it(`keeps the place within its key of a task that was ${how} (G8)`, async () => {
      const { store } = fixture;
      const ids = await submitOf(store, "acme", 3);
      const session = await openLong(store);
      const [task] = await lease(store, session, { limit: 1 });
      assert.ok(task !== undefined);
      await settle(store, task, outcome);
      assert.deepEqual(idsOf(await lease(store, session)), ids);
    });
  }

  it("puts a redriven task behind what its key has (G8)", async () => {
    const { store } = fixture;
    const [dead, ...rest] = await submitOf(store, "acme", 3);
    const session = await openLong(store);
    const [task] = await lease(store, session, { limit: 1 });
    assert.ok(task !== undefined && task.id === dead);
    await settle(store, task, die());
    await redrive(store, dead);
    assert.deepEqual(idsOf(await lease(store, session)), [...rest, dead]);
  });

  it("serves every type of a session that takes several (G8)", async () => {
    const { store } = fixture;
    const types = ["mail", "text", "push"] as TaskType[];
    for (const type of types) {
      await submitOf(store, "a", 30, { type });
      await submitOf(store, "b", 30, { type });
    }
    const session = await openLong(store);
    for (const asked of [undefined, types]) {
      const options = { limit: 12, ...(asked === undefined ? {} : { types: asked }) };
      const seen = new Set<string>();
      for (let lap = 0; lap < 3; lap += 1) {
        for (const { spec } of await lease(store, session, options)) {
          seen.add(`${spec.type} ${spec.concurrencyKey}`);
        }
      }
      assert.equal(seen.size, 6, [...seen].join(", "));
    }
  });

  it("leases only the types asked for, fairly between their keys (G8)", async () => {
    const { store } = fixture;
    const mail = "mail" as TaskType;
    await submitOf(store, "a", 20, { type: mail });
    await submitOf(store, "b", 20, { type: mail });
    await submitOf(store, "a", 20);
    const session = await openLong(store);
    const leased = await lease(store, session, { types: [mail], limit: 20 });
    assert.deepEqual(countByKey(leased), { a: 10, b: 10 });
    assert.ok(leased.every(({ spec }) => spec.type === mail));
  });

  it("charges the time that attempts ran where the queue says so (G8)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { fairBy: "TIME" });
    await submitOf(store, "long", 100);
    await submitOf(store, "short", 100);
    const session = await openLong(store);
    const counts: Record<string, number> = {};
    for (let lap = 0; lap < 60; lap += 1) {
      const [task] = await lease(store, session, { limit: 1 });
      assert.ok(task !== undefined);
      const key = task.spec.concurrencyKey;
      counts[key] = (counts[key] ?? 0) + 1;
      await under.advance(key === "long" ? 9_000 : 0);
      await settle(store, task, complete());
    }
    // One of ten shares each for a grant of nine seconds and one, against one of a grant alone.
    const { long = 0, short = 0 } = counts;
    assert.ok(long >= 3 && long <= 12 && short >= 45, `${long} and ${short}`);
  });

  it("loses none of many keys, visits each in its turn, and brings all of 100 tasks (G8)", async () => {
    const { store } = fixture;
    const keys = Array.from({ length: 400 }, (_, at) => `key-${at}`);
    const ids = new Set<string>();
    for (const key of keys) {
      for (const id of await submitOf(store, key, 2)) {
        ids.add(id);
      }
    }
    const session = await openLong(store);
    const leased: LeasedTask[] = [];
    while (leased.length < 2 * keys.length) {
      const more = await lease(store, session, { limit: 100 });
      assert.equal(more.length, 100);
      leased.push(...more);
    }
    const first = leased.slice(0, keys.length).map(({ spec }) => spec.concurrencyKey);
    assert.equal(new Set(first).size, keys.length);
    for (const { id } of leased) {
      ids.delete(id);
    }
    assert.equal(ids.size, 0);
  }).timeout(15_000);

  it("finds the one key with room behind a thousand without any (G8)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 1 });
    const keys = Array.from({ length: 700 }, (_, at) => `key-${at}`);
    for (const key of keys) {
      await submitOf(store, key, 2);
    }
    const session = await openLong(store);
    for (let leased = 0; leased < keys.length; ) {
      const tasks = await lease(store, session);
      assert.ok(tasks.length > 0);
      leased += tasks.length;
    }
    const [free] = await submitOf(store, "free", 1);
    let found: readonly HeldTask[] = [];
    for (let call = 0; call < 10 && found.length === 0; call += 1) {
      found = await lease(store, session);
    }
    assert.deepEqual(idsOf(found), [free]);
  }).timeout(15_000);

  it("keeps every key within a stride over a long random history (G8)", async () => {
    const { store } = fixture;
    const random = new SeededRandom(20_261_129);
    const weights: Record<string, number> = { a: 1, b: 2, c: 5, d: 1 };
    for (const [key, weight] of Object.entries(weights)) {
      await setKey(store, key, { weight });
      await submitOf(store, key, 320);
    }
    const session = await openLong(store);
    const counts: Record<string, number> = { a: 0, b: 0, c: 0, d: 0 };
    for (let total = 0; total < 450; ) {
      const tasks = await lease(store, session, { limit: random.between(1, 20) });
      total += tasks.length;
      for (const task of tasks) {
        const key = task.spec.concurrencyKey;
        counts[key] = (counts[key] ?? 0) + 1;
        const how = random.between(0, 3);
        await settle(store, task, how === 0 ? release() : how === 1 ? retry(60_000) : complete());
      }
      const tags = Object.entries(counts).map(([key, got]) => got / (weights[key] ?? 1));
      const strides = Object.entries(weights).map(([, weight]) => 1 / weight);
      const spread = Math.max(...tags) - Math.min(...tags);
      assert.ok(spread <= Math.max(...strides) + 1e-9, `${JSON.stringify(counts)}`);
    }
  }).timeout(15_000);
}
