import assert from "node:assert/strict";
import type { TaskId, TaskType } from "../../../../server/src/domain/ids.ts";
import type { SettlementOutcome } from "../../../../server/src/store/store.ts";
import { newTask, retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  find,
  lease,
  leaseOne,
  openSession,
  redrive,
  release,
  renew,
  resume,
  retry,
  settle,
  submit,
  sweep,
  timedOut,
  tryResume,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import {
  idsOf,
  leaseIds,
  openLong,
  setQueue,
  submitOf,
  submitOrdered,
  sweepAll,
} from "./flow-actions.ts";

/** Tasks of one ordering key (G9), with a concurrency key around them and without. */
export function describeOrdering(fixture: Fixture): void {
  for (const concurrencyKey of ["", "acme"]) {
    describe(concurrencyKey === "" ? "without a concurrency key" : "within a concurrency key", () =>
      describeLine(fixture, concurrencyKey),
    );
  }

  it("lets an ordering key be another one in each concurrency key (G9)", async () => {
    const { store } = fixture;
    const first = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    const second = await submitOrdered(store, "o", { concurrencyKey: "bolt" });
    const third = await submitOrdered(store, "o");
    // One text must not pass for two of which it is made.
    const fourth = await submitOrdered(store, "bolto");
    const session = await openLong(store);
    assert.deepEqual(
      new Set(idsOf(await lease(store, session))),
      new Set([first, second, third, fourth]),
    );
  });

  it("says to who opens a session that there are tasks, where all wait behind a head", async () => {
    const { store } = fixture;
    await submitOrdered(store, "o");
    await submitOrdered(store, "o");
    await leaseOne(store, await openLong(store));
    const { outcome } = await tryResume(store, {});
    assert.ok(outcome.kind === "ok" && outcome.mayHaveTasks);
  });

  it("counts a head against the limits of its key, and none of those behind it", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 2 });
    const head = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    await submitOrdered(store, "o", { concurrencyKey: "acme" });
    const [free] = await submitOf(store, "acme", 2);
    const session = await openLong(store);
    assert.deepEqual(idsOf(await lease(store, session)), [head, free]);
  });
}

function describeLine(fixture: Fixture, concurrencyKey: string): void {
  const put = (overrides: Parameters<typeof submit>[1] = {}) =>
    submitOrdered(fixture.store, "order-1", { concurrencyKey, ...overrides });
  /** Leases until nothing comes, completes each, and says in which order. */
  const workOff = async (): Promise<TaskId[]> => {
    const session = await openLong(fixture.store);
    const order: TaskId[] = [];
    for (;;) {
      const tasks = await lease(fixture.store, session);
      if (tasks.length === 0) {
        return order;
      }
      assert.equal(tasks.length, 1, "one at a time");
      for (const task of tasks) {
        order.push(task.id);
        await settle(fixture.store, task, complete());
      }
    }
  };

  it("leases one task at a time, in the order of the submits (G9)", async () => {
    const { store } = fixture;
    const batch = Array.from({ length: 4 }, () =>
      newTask({ orderingKey: "order-1", concurrencyKey }),
    );
    const first = (await store.submit(batch)).map(({ id }, at) => id ?? batch[at]?.id);
    const ids = [...first, await put(), await put()];
    const session = await openLong(store);
    const head = await leaseOne(store, session);
    assert.deepEqual(await lease(store, session), []);
    assert.deepEqual(await leaseIds(store), []);
    await settle(store, head, complete());
    assert.deepEqual([head.id, ...(await workOff())], ids);
  });

  it("goes by the submits whatever the priority (G9)", async () => {
    const ids = [
      await put({ priority: 1 }),
      await put({ priority: 9 }),
      await put({ priority: 5 }),
    ];
    assert.deepEqual(await workOff(), ids);
  });

  it("puts a head in line by its own priority (G8)", async () => {
    const { store } = fixture;
    await put({ priority: 1 });
    const high = await submit(store, { priority: 9, concurrencyKey });
    const low = await put({ priority: 9 });
    const leased = idsOf(await lease(store, await openLong(store)));
    assert.equal(leased[0], high);
    assert.ok(!leased.includes(low));
  });

  it("goes by when tasks were first due: one that is due later joins the line then (G9)", async () => {
    const { store, under } = fixture;
    const delayed = await put({ due: { kind: "after", delayMs: 20_000 } });
    const first = await put();
    const session = await openLong(store);
    const head = await leaseOne(store, session);
    assert.equal(head.id, first);
    await under.advance(10_000);
    const second = await put();
    await under.advance(20_000);
    const last = await put();
    assert.deepEqual(await lease(store, session), []);
    await settle(store, head, complete());
    assert.deepEqual(await workOff(), [second, delayed, last]);
  });

  it("goes by when tasks were first due, also where nobody promoted them until then (G9)", async () => {
    const { under } = fixture;
    const delayed = await put({ due: { kind: "after", delayMs: 10_000 } });
    await under.advance(20_000);
    const second = await put();
    assert.deepEqual(await workOff(), [delayed, second]);
  });

  it("holds nobody for a task that is not due (G9)", async () => {
    await put({ due: { kind: "after", delayMs: 60_000 } });
    const now = await put();
    assert.deepEqual(await workOff(), [now]);
  });

  const stays: Readonly<Record<string, SettlementOutcome>> = {
    "is retried at once": retry(),
    "backs off": retry(30_000),
    "is released": release(),
    "is released with a delay": release(30_000),
    "timed out": timedOut({ kind: "retry", delayMs: 30_000 }),
  };
  for (const [how, outcome] of Object.entries(stays)) {
    it(`holds the others while the first ${how} (G9)`, async () => {
      const { store, under } = fixture;
      const ids = [await put(), await put(), await put()];
      const session = await openLong(store);
      await settle(store, await leaseOne(store, session), outcome);
      const [again] = await lease(store, session);
      assert.ok(again === undefined || again.id === ids[0]);
      if (again !== undefined) {
        await settle(store, again, outcome);
      }
      await under.advance(40_000);
      assert.deepEqual(await workOff(), ids);
    });
  }

  it("holds the others while the first is reclaimed and leased again (G9)", async () => {
    const { store } = fixture;
    const ids = [await put(), await put()];
    const dying = await openSession(store);
    await leaseOne(store, dying);
    await renew(store, dying, 0);
    await sweep(store);
    const session = await openLong(store);
    const again = await leaseOne(store, session);
    assert.equal(again.id, ids[0]);
    assert.deepEqual(await lease(store, session), []);
    await settle(store, again, complete());
    assert.deepEqual(await workOff(), ids.slice(1));
  });

  it("holds the others while the first is given back by its session (G9)", async () => {
    const { store } = fixture;
    const ids = [await put(), await put()];
    const session = await openLong(store);
    await leaseOne(store, session);
    await resume(store, { session });
    assert.deepEqual(await workOff(), ids);
  });

  it("goes on with a late completion, once (G9)", async () => {
    const { store } = fixture;
    const [, second, third] = [await put(), await put(), await put()];
    const dying = await openSession(store);
    const late = await leaseOne(store, dying);
    await renew(store, dying, 0);
    await sweep(store);
    assert.equal((await settle(store, late, complete())).kind, "ok");
    assert.deepEqual(await workOff(), [second, third]);
  });

  it("holds the others while the first may only be leased apart, and goes on after it (G9)", async () => {
    const { store } = fixture;
    const first = await put({ retryPolicy: retryPolicy({ maxCrashes: 2 }) });
    const second = await put();
    const dying = await openSession(store);
    await leaseOne(store, dying);
    await renew(store, dying, 0);
    await sweep(store);
    const session = await openLong(store);
    assert.deepEqual(await lease(store, session), []);
    const suspect = await leaseOne(store, session, { isApart: true });
    assert.equal(suspect.id, first);
    await settle(store, suspect, complete());
    assert.deepEqual(await workOff(), [second]);
  });

  it("holds the others while the first waits for its own session (G9)", async () => {
    const { store } = fixture;
    const own = await openLong(store);
    const first = await put({ shard: { index: 0, total: 1, sessionId: own.sessionId } });
    const second = await put();
    assert.deepEqual(await leaseIds(store), []);
    const head = await leaseOne(store, own);
    assert.equal(head.id, first);
    await settle(store, head, complete());
    assert.deepEqual(await workOff(), [second]);
  });

  it("holds the others of whatever type (G9)", async () => {
    const { store } = fixture;
    const [mail, text] = ["mail", "text"] as TaskType[];
    assert.ok(mail !== undefined && text !== undefined);
    const first = await put({ type: mail });
    const second = await put({ type: text });
    const session = await openLong(store);
    assert.deepEqual(await lease(store, session, { types: [text] }), []);
    const head = await leaseOne(store, session, { types: [mail] });
    assert.equal(head.id, first);
    assert.deepEqual(await lease(store, session), []);
    await settle(store, head, complete());
    assert.deepEqual(idsOf(await lease(store, session, { types: [text] })), [second]);
  });

  const ends: Readonly<Record<string, (id: TaskId) => Promise<unknown>>> = {
    "is cancelled while it waits": (id) => cancel(fixture.store, id),
    "is cancelled while it runs": async (id) => {
      await leaseOne(fixture.store, await openLong(fixture.store));
      await cancel(fixture.store, id);
    },
    "is cancelled while it backs off": async (id) => {
      const { store } = fixture;
      await settle(store, await leaseOne(store, await openLong(store)), retry(60_000));
      await cancel(store, id);
    },
    dies: async () => {
      const { store } = fixture;
      await settle(store, await leaseOne(store, await openLong(store)), die());
    },
    "has crashed too often": async () => {
      const { store } = fixture;
      const dying = await openSession(store);
      await leaseOne(store, dying);
      await renew(store, dying, 0);
      await sweep(store);
    },
  };
  for (const [how, end] of Object.entries(ends)) {
    it(`goes on once the first ${how} (G9)`, async () => {
      const first = await put({ retryPolicy: retryPolicy({ maxCrashes: 1 }) });
      const rest = [await put(), await put()];
      await end(first);
      assert.deepEqual(await workOff(), rest);
    });
  }

  it("goes on once the first expired, and expires those behind it too (G9)", async () => {
    const { store, under } = fixture;
    const first = await put({ startDeadlineMs: 10_000 });
    const second = await put({ startDeadlineMs: 10_000 });
    const third = await put();
    await under.advance(20_000);
    const { expired } = await sweep(store);
    assert.equal(expired, 2);
    for (const id of [first, second]) {
      assert.equal((await find(store, id)).state, "EXPIRED");
    }
    assert.deepEqual(await workOff(), [third]);
  });

  it("forgets a task that is cancelled behind the first (G9)", async () => {
    const { store } = fixture;
    const [first, second, third] = [await put(), await put(), await put()];
    await cancel(store, second);
    assert.deepEqual(await workOff(), [first, third]);
  });

  it("forgets a task that is cancelled before it is due (G9)", async () => {
    const { store, under } = fixture;
    const delayed = await put({ due: { kind: "after", delayMs: 10_000 } });
    const first = await put();
    await cancel(store, delayed);
    await under.advance(20_000);
    assert.deepEqual(await workOff(), [first]);
  });

  it("takes a redriven task before those that have not begun (G9)", async () => {
    const { store } = fixture;
    const dead = await put();
    const [second, third] = [await put(), await put()];
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    await redrive(store, dead);
    assert.deepEqual(await workOff(), [dead, second, third]);
  });

  it("takes a redriven task after the one that has begun, and before the rest (G9)", async () => {
    const { store, under } = fixture;
    const dead = await put();
    const [second, third] = [await put(), await put()];
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    const head = await leaseOne(store, session);
    assert.equal(head.id, second);
    await redrive(store, dead);
    assert.deepEqual(await lease(store, session), []);
    await settle(store, head, retry(10_000));
    assert.deepEqual(await lease(store, session), []);
    await under.advance(20_000);
    assert.deepEqual(await workOff(), [second, dead, third]);
  });

  it("takes redriven tasks in the order of their redrives (G9)", async () => {
    const { store } = fixture;
    const [one, two, three] = [await put(), await put(), await put()];
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    await settle(store, await leaseOne(store, session), die());
    await redrive(store, two);
    await redrive(store, one);
    assert.deepEqual(await workOff(), [two, one, three]);
  });

  it("redrives a task of a line that is empty (G9)", async () => {
    const { store } = fixture;
    const only = await put();
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    assert.deepEqual(await lease(store, session), []);
    await redrive(store, only);
    const later = await put();
    assert.deepEqual(await workOff(), [only, later]);
  });

  describe("where a dead task holds its line", () => {
    const dieFirst = async (): Promise<{ dead: TaskId; rest: TaskId[] }> => {
      const { store } = fixture;
      await setQueue(store, { onDead: "HOLD" });
      const dead = await put({ retentionMs: 0 });
      const rest = [await put(), await put()];
      const session = await openLong(store);
      await settle(store, await leaseOne(store, session), die());
      assert.deepEqual(await lease(store, session), []);
      return { dead, rest };
    };

    it("goes on with it once it is redriven (G9)", async () => {
      const { dead, rest } = await dieFirst();
      await redrive(fixture.store, dead);
      assert.deepEqual(await workOff(), [dead, ...rest]);
    });

    it("goes on with the next once it is purged (G9)", async () => {
      const { store, under } = fixture;
      const { dead, rest } = await dieFirst();
      await under.advance(100_000);
      const { purged } = await sweep(store);
      assert.equal(purged, 1);
      assert.deepEqual(await store.get([dead]), [null]);
      assert.deepEqual(await workOff(), rest);
    });

    it("goes on with the next once the queue holds no line for dead tasks (G9)", async () => {
      const { store } = fixture;
      const { dead, rest } = await dieFirst();
      await setQueue(store, { onDead: "CONTINUE" });
      await sweepAll(store);
      assert.deepEqual(await workOff(), rest);
      await redrive(store, dead);
      assert.deepEqual(await workOff(), [dead]);
    });

    it("holds tasks that come later, and not what is of another ordering key (G9)", async () => {
      const { store } = fixture;
      await dieFirst();
      await put();
      const other = await submitOrdered(store, "order-2", { concurrencyKey });
      assert.deepEqual(await leaseIds(store), [other]);
    });

    it("goes on where the first is cancelled, expires or completes (G9)", async () => {
      const { store, under } = fixture;
      await setQueue(store, { onDead: "HOLD" });
      const first = await put();
      await put({ startDeadlineMs: 10_000 });
      const third = await put();
      await cancel(store, first);
      await under.advance(20_000);
      await sweep(store);
      assert.deepEqual(await workOff(), [third]);
    });

    it("holds after too many crashes as well (G9)", async () => {
      const { store } = fixture;
      await setQueue(store, { onDead: "HOLD" });
      const first = await put({ retryPolicy: retryPolicy({ maxCrashes: 1 }) });
      const second = await put();
      const dying = await openSession(store);
      await leaseOne(store, dying);
      await renew(store, dying, 0);
      await sweep(store);
      assert.equal((await find(store, first)).state, "DEAD");
      assert.deepEqual(await leaseIds(store), []);
      await redrive(store, first);
      assert.deepEqual(await workOff(), [first, second]);
    });

    it("lets those behind it be cancelled (G9)", async () => {
      const { store } = fixture;
      const { dead, rest } = await dieFirst();
      for (const id of rest) {
        await cancel(store, id);
      }
      await redrive(store, dead);
      assert.deepEqual(await workOff(), [dead]);
    });
  });

  it("keeps lines apart, and leases the heads of all at once (G9)", async () => {
    const { store } = fixture;
    const heads: TaskId[] = [];
    for (let line = 0; line < 5; line += 1) {
      heads.push(await submitOrdered(store, `line-${line}`, { concurrencyKey }));
      await submitOrdered(store, `line-${line}`, { concurrencyKey });
    }
    const session = await openLong(store);
    assert.deepEqual(idsOf(await lease(store, session)), heads);
    assert.equal((await countsOf(store)).READY, 5);
  });

  it("keeps its order whoever leases, and however often tasks come back (G9)", async () => {
    const { store, under } = fixture;
    const stores = [store, await under.another()];
    const ids: TaskId[] = [];
    for (let at = 0; at < 12; at += 1) {
      ids.push(await put({ retryPolicy: retryPolicy({ maxAttempts: 50, maxCrashes: 50 }) }));
    }
    const done: TaskId[] = [];
    let running = 0;
    await Promise.all(
      Array.from({ length: 4 }, async (_, leaser) => {
        const own = stores[leaser % 2] ?? store;
        const session = await openLong(own, `worker-${leaser}`);
        for (let lap = 0; done.length < ids.length; lap += 1) {
          for (const task of await lease(own, session, { limit: 3, isApart: lap % 5 === 4 })) {
            running += 1;
            assert.equal(running, 1);
            assert.equal(task.id, ids[done.length]);
            running -= 1;
            const how = (lap + leaser) % 3;
            const outcome = how === 0 ? retry() : how === 1 ? release() : complete();
            const isDone = how === 2;
            if (isDone) {
              done.push(task.id);
            }
            await settle(own, task, outcome);
          }
        }
      }),
    );
    assert.deepEqual(done, ids);
  }).timeout(15_000);
}
