import assert from "node:assert/strict";
import type { Failure, PastAttempt } from "../../../../server/src/domain/task.ts";
import { retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  FAILURE,
  find,
  leaseOne,
  only,
  openSession,
  redrive,
  refOf,
  release,
  renew,
  resume,
  retry,
  settle,
  submit,
  sweep,
  timedOut,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";
import { openLong } from "../flow/flow-actions.ts";
import { endsOf, historyOf } from "./history-actions.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";

/** What is told of each attempt, whatever came of it. */
export function describeOutcomes(fixture: Fixture): void {
  it("tells nothing where it is not asked, and of a task that was never leased that there was none", async () => {
    const { store } = fixture;
    const id = await submit(store);
    assert.equal("history" in (await find(store, id)), false);
    assert.deepEqual(await historyOf(store, id), { attempts: [], leftOut: 0 });
  });

  it("tells who ran an attempt, from when to when, what it failed with, and in which trace", async () => {
    const { store, under } = fixture;
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const id = await submit(store, { headers });
    const failure = { ...FAILURE, traceparent: `00-${OTHER_TRACE}-b7ad6b7169203331-01` };
    const startMs = await under.nowMs();
    const first = await leaseOne(store, await openLong(store, "worker-1"));
    await under.advance(30_000);
    await settle(store, first, retry(0, failure));
    const second = await leaseOne(store, await openLong(store, "worker-2"));
    await under.advance(20_000);
    await settle(store, second, complete());

    const { attempts, leftOut } = await historyOf(store, id);
    assert.equal(leftOut, 0);
    assert.deepEqual(attempts.map(timeless), [
      {
        ...{ delivery: 1, number: 1, outcome: "FAILED", workerId: "worker-1" },
        ...{ failure, traceId: OTHER_TRACE },
      },
      {
        ...{ delivery: 2, number: 2, outcome: "SUCCEEDED", workerId: "worker-2" },
        ...{ failure: null, traceId: TRACE },
      },
    ]);
    const times = attempts.flatMap(({ startedAtMs, endedAtMs }) => [startedAtMs, endedAtMs]);
    for (const [at, afterMs] of [0, 30_000, 30_000, 50_000].entries()) {
      assertNear(times[at] ?? null, startMs + afterMs, `time ${at}`);
    }
  });

  it("tells of every outcome that an attempt can have", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const session = await openLong(store);
    const isApart = false;
    await settle(store, await leaseOne(store, session), retry());
    await settle(store, await leaseOne(store, session), timedOut());
    await settle(store, await leaseOne(store, session), release());
    const crashing = await openSession(store, { workerId: "worker-2" });
    await leaseOne(store, crashing, { isApart });
    await renew(store, crashing, 0);
    await sweep(store);
    await leaseOne(store, session, { isApart });
    assert.deepEqual(await endsOf(store, id), [
      "1: 1 FAILED",
      "2: 2 TIMED_OUT",
      "3: 3 RELEASED",
      "4: 3 CRASHED",
      0,
    ]);
    await cancel(store, id, "enough");

    const { attempts, leftOut } = await historyOf(store, id);
    assert.equal(leftOut, 0);
    assert.deepEqual(
      attempts.map(({ outcome, workerId, failure }) => [outcome, workerId, failure?.type]),
      [
        ["FAILED", "worker-1", FAILURE.type],
        ["TIMED_OUT", "worker-1", "attempt_timeout"],
        ["RELEASED", "worker-1", undefined],
        ["CRASHED", "worker-2", undefined],
        ["CANCELLED", "worker-1", undefined],
      ],
    );
  });

  it("tells of the attempt that a task died of, also of a crash", async () => {
    const { store } = fixture;
    const session = await openLong(store);
    const failed = await submit(store);
    await settle(store, await leaseOne(store, session), die());
    const crashed = await submit(store, { retryPolicy: retryPolicy({ maxCrashes: 1 }) });
    const crashing = await openSession(store);
    await leaseOne(store, crashing);
    await renew(store, crashing, 0);
    await sweep(store);
    assert.deepEqual(await endsOf(store, failed), ["1: 1 FAILED", 0]);
    assert.deepEqual(await endsOf(store, crashed), ["1: 1 CRASHED", 0]);
  });

  it("tells of an attempt that never reached its worker that it was released", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const session = await openSession(store);
    const lost = await leaseOne(store, session);
    const { opened } = await resume(store, { session, held: [] });
    assert.deepEqual(opened.released, [refOf(lost)]);
    assert.deepEqual(await endsOf(store, id), ["1: 1 RELEASED", 0]);
  });

  it("tells of a late completion that the attempt succeeded, which was taken for a crash (G4)", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const session = await openSession(store);
    const leased = await leaseOne(store, session);
    await renew(store, session, 0);
    await sweep(store);
    assert.deepEqual(await endsOf(store, id), ["1: 1 CRASHED", 0]);
    assert.equal((await settle(store, leased, complete())).kind, "ok");
    assert.deepEqual(await endsOf(store, id), ["1: 1 SUCCEEDED", 0]);
  });

  it("tells of no attempt where a task is cancelled that waits", async () => {
    const { store } = fixture;
    const [unstarted, retried] = [await submit(store, { priority: 1 }), await submit(store)];
    await settle(store, await leaseOne(store, await openLong(store)), retry(60_000));
    await store.cancel([unstarted, retried].map((taskId) => ({ taskId, reason: "" })));
    assert.deepEqual(await endsOf(store, unstarted), [0]);
    assert.deepEqual(await endsOf(store, retried), ["1: 1 FAILED", 0]);
  });

  it("tells nothing anew where a settlement is repeated or stale (G4)", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const leased = await leaseOne(store, await openLong(store));
    await settle(store, leased, retry());
    await settle(store, leased, retry());
    await settle(store, leased, release());
    await settle(store, { ...leased, token: leased.token }, complete());
    assert.deepEqual(await endsOf(store, id), ["1: 1 FAILED", 0]);
  });

  it("goes on over a redrive, of which it tells by the numbers that begin anew", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), retry());
    await settle(store, await leaseOne(store, session), die());
    await redrive(store, id);
    assert.deepEqual(await endsOf(store, id), ["1: 1 FAILED", "2: 2 FAILED", 0]);
    await settle(store, await leaseOne(store, session), complete());
    assert.deepEqual(await endsOf(store, id), ["1: 1 FAILED", "2: 2 FAILED", "3: 1 SUCCEEDED", 0]);
  });

  it("cuts what an attempt failed with, never within a character, and leaves the newest failure whole", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const failure: Failure = {
      type: "T".repeat(128),
      message: `${"m".repeat(511)}é and more`,
      stack: `${"s".repeat(1_022)}€${"s".repeat(9_000)}`,
    };
    await settle(store, await leaseOne(store, await openLong(store)), retry(0, failure));
    const { attempts } = await historyOf(store, id);
    assert.deepEqual(only(attempts).failure, {
      type: failure.type,
      message: "m".repeat(511),
      stack: "s".repeat(1_022),
    });
    assert.deepEqual((await find(store, id)).lastFailure, failure);
  });
}

function timeless({ startedAtMs: _, endedAtMs: __, ...attempt }: PastAttempt) {
  return attempt;
}
