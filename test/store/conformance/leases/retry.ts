import assert from "node:assert/strict";
import { CRASH_MEMORY_MS } from "../../../../server/src/domain/crashes.ts";
import type { TaskId, TaskType } from "../../../../server/src/domain/ids.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { QUEUE, retryPolicy, TYPE } from "../../../support/task-factory.ts";
import {
  complete,
  find,
  lease,
  leaseOne,
  openSession,
  release,
  renew,
  retry,
  settle,
  submit,
  sweep,
  timedOut,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

/** Whole lives: attempts and crashes, and their bounds. */
export function describeRetry(fixture: Fixture): void {
  const open = () => openSession(fixture.store, { ttlMs: 3_600_000 });
  const crash = async (isApart = false) => {
    const { store } = fixture;
    const session = await open();
    const task = await leaseOne(store, session, { isApart });
    await renew(store, session, 0);
    const { reclaimed } = await sweep(store);
    assert.equal(reclaimed.length, 1);
    return { task, state: reclaimed[0]?.state };
  };

  it("ends in one final state once the attempts are spent (G5, G7)", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { retryPolicy: retryPolicy({ maxAttempts: 3 }) });
    const session = await open();
    const attempts: number[] = [];
    const states: string[] = [];
    for (let lap = 0; lap < 3; lap += 1) {
      const task = await leaseOne(store, session);
      attempts.push(task.attempt);
      const outcome = await settle(store, task, retry(10_000));
      states.push(outcome.kind === "ok" ? outcome.state : outcome.kind);
      await under.advance(20_000);
    }
    assert.deepEqual(attempts, [1, 2, 3]);
    assert.deepEqual(states, ["SCHEDULED", "SCHEDULED", "DEAD"]);
    assert.deepEqual(await lease(store, session), []);
    const task = await find(store, id);
    assert.deepEqual([task.state, task.attempt, task.deliveries], ["DEAD", 3, 3]);
  });

  it("tells an attempt which trace the failed one before it was in", async () => {
    const { store, under } = fixture;
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const id = await submit(store);
    const session = await open();
    const first = await leaseOne(store, session);
    assert.equal(first.previousTraceparent, "");
    const failure = { type: "Boom", message: "it broke", stack: "", traceparent };
    const next = { kind: "retry", delayMs: 1_000 } as const;
    await settle(store, first, { kind: "fail", failure, next });
    await under.advance(2_000);
    assert.equal((await leaseOne(store, session)).previousTraceparent, traceparent);
    assert.deepEqual((await find(store, id)).lastFailure, failure);
  });

  it("counts crashes apart from attempts, and kills at the last (G7)", async () => {
    const { store, under } = fixture;
    const id = await submit(store, {
      retentionMs: 600_000,
      retryPolicy: retryPolicy({ maxAttempts: 1, maxCrashes: 3 }),
    });
    const seen = [];
    for (let lap = 0; lap < 3; lap += 1) {
      const { task, state } = await crash(lap === 2);
      seen.push([task.attempt, task.crashes, state]);
    }
    assert.deepEqual(seen, [
      [1, 0, "READY"],
      [1, 1, "READY"],
      [1, 2, "DEAD"],
    ]);
    const task = await find(store, id);
    assert.deepEqual(
      [task.state, task.attempt, task.crashes, task.deliveries, task.lastFailure?.type],
      ["DEAD", 0, 3, 3, "crashed"],
    );
    assert.equal(task.finishedAtMs !== null && task.purgeAtMs !== null, true);
    assert.ok((task.purgeAtMs ?? 0) > (await under.nowMs()) + 500_000);
  });

  it("spends no attempt on releases, however many (G7)", async () => {
    const { store } = fixture;
    const id = await submit(store, { retryPolicy: retryPolicy({ maxAttempts: 1, maxCrashes: 1 }) });
    const session = await open();
    for (let lap = 0; lap < 10; lap += 1) {
      const task = await leaseOne(store, session);
      assert.deepEqual([task.attempt, task.crashes], [1, 0]);
      await settle(store, task, release());
    }
    await settle(store, await leaseOne(store, session), complete());
    const task = await find(store, id);
    assert.deepEqual([task.state, task.attempt, task.deliveries], ["SUCCEEDED", 1, 11]);
  });

  it("keeps attempts, crashes and releases apart when they mix (G7)", async () => {
    const { store } = fixture;
    const id = await submit(store, { retryPolicy: retryPolicy({ maxAttempts: 3, maxCrashes: 3 }) });
    const session = await open();
    await settle(store, await leaseOne(store, session), retry());
    await crash();
    await crash();
    const last = await leaseOne(store, session, { isApart: true });
    assert.deepEqual([last.attempt, last.crashes], [2, 2]);
    await settle(store, last, release());
    const again = await leaseOne(store, session, { isApart: true });
    assert.deepEqual([again.attempt, again.crashes], [2, 2]);
    await settle(store, again, retry());
    await settle(store, await leaseOne(store, session), retry());
    const task = await find(store, id);
    assert.deepEqual([task.state, task.attempt, task.crashes, task.deliveries], ["DEAD", 3, 0, 6]);
    assert.equal(task.lastFailure?.type, "Boom");
  });

  for (const [what, outcome] of [
    ["failed", retry()],
    ["failed and backs off", retry(1_000)],
    ["ran out of time", timedOut()],
  ] as const) {
    it(`forgets the crashes of a task whose process outlived an attempt that ${what}`, async () => {
      const { store, under } = fixture;
      const policy = { maxAttempts: 9, maxCrashes: 3 };
      const id = await submit(store, { retryPolicy: retryPolicy(policy) });
      await crash();
      await crash();
      const session = await open();
      await settle(store, await leaseOne(store, session, { isApart: true }), outcome);
      assert.equal((await find(store, id)).crashes, 0);
      await under.advance(60_000);
      assert.equal((await leaseOne(store, session)).crashes, 0);
    });
  }

  it("forgets crashes that lie an hour back, however often a task is lost", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { retryPolicy: retryPolicy({ maxCrashes: 2 }) });
    for (let lap = 0; lap < 4; lap += 1) {
      await crash(lap > 0);
      assert.deepEqual(await stateOf(store, id), ["READY", 1]);
      await under.advance(CRASH_MEMORY_MS + 1_000);
    }
    await crash(true);
    await under.advance(CRASH_MEMORY_MS - 60_000);
    await crash(true);
    assert.deepEqual(await stateOf(store, id), ["DEAD", 2]);
  });

  it("leases a suspect only where suspects are asked for, and says that there are some", async () => {
    const { store } = fixture;
    const session = await open();
    const suspect = await submit(store, { retryPolicy: retryPolicy({ maxCrashes: 2 }) });
    await crash();
    const other = await submit(store);
    const ask = async (isApart: boolean, types: TaskType[] | null = null) => {
      const limits = { limit: 10, maxPayloadBytes: 1_000_000 };
      const outcome = await store.lease({ ...session, ...limits, types, isApart });
      assert.ok(outcome.kind === "ok");
      return [outcome.tasks.map(({ id }) => id), outcome.suspects ?? []];
    };
    const foreign = "other" as TaskType;
    assert.deepEqual(await ask(true, [foreign]), [[], [TYPE]]);
    assert.deepEqual(await ask(false, [foreign]), [[], [TYPE]]);
    assert.deepEqual(await ask(false), [[other], [TYPE]]);
    assert.deepEqual(await ask(false, [TYPE]), [[], [TYPE]]);
    assert.deepEqual(await ask(true, [TYPE, foreign]), [[suspect], []]);
    assert.deepEqual(await ask(true), [[], []]);
  });

  it("keeps the order of suspects, of whatever type", async () => {
    const { store } = fixture;
    const policy = { retryPolicy: retryPolicy({ maxCrashes: 2 }) };
    const ids = [];
    for (const type of ["a", "b", "a"] as TaskType[]) {
      ids.push(await submit(store, { ...policy, type }));
    }
    ids.unshift(await submit(store, { ...policy, priority: 9 }));
    const session = await open();
    await lease(store, session);
    await renew(store, session, 0);
    await sweep(store);
    const leased = await lease(store, await open(), { isApart: true });
    assert.deepEqual(
      leased.map(({ id }) => id),
      ids,
    );
  });

  it("cancels, lists and counts suspects as other tasks", async () => {
    const { store } = fixture;
    const id = await submit(store, { retryPolicy: retryPolicy({ maxCrashes: 2 }) });
    await crash();
    const times = { submittedFromMs: null, submittedBeforeMs: null };
    const query = { queue: QUEUE, states: ["READY"], labels: {}, ...times, limit: 10 } as const;
    const listed = await store.list({ ...query, type: TYPE, after: null });
    assert.deepEqual(
      listed.tasks.map((task) => task.id),
      [id],
    );
    assert.equal((await store.stats([QUEUE]))[0]?.counts.READY, 1);
    assert.deepEqual(await store.cancel([{ taskId: id, reason: "" }]), [{ kind: "ok" }]);
    assert.deepEqual(await lease(store, await open(), { isApart: true }), []);
  });
}

async function stateOf(store: Store, id: TaskId) {
  const { state, crashes } = await find(store, id);
  return [state, crashes];
}
