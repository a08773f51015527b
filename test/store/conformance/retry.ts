import assert from "node:assert/strict";
import { retryPolicy } from "../../support/task-factory.ts";
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
} from "./actions.ts";
import type { Fixture } from "./fixture.ts";

/** Whole lives: attempts and crashes, and their bounds. */
export function describeRetry(fixture: Fixture): void {
  const open = () => openSession(fixture.store, { ttlMs: 3_600_000 });
  const crash = async () => {
    const { store } = fixture;
    const session = await open();
    const task = await leaseOne(store, session);
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
      const { task, state } = await crash();
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
    await settle(store, await leaseOne(store, session), release());
    await settle(store, await leaseOne(store, session), retry());
    await crash();
    const last = await leaseOne(store, session);
    assert.deepEqual([last.attempt, last.crashes], [3, 2]);
    await settle(store, last, retry());
    const task = await find(store, id);
    assert.deepEqual([task.state, task.attempt, task.crashes, task.deliveries], ["DEAD", 3, 2, 6]);
    assert.equal(task.lastFailure?.type, "Boom");
  });
}
