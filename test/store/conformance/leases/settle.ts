import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import { type LeaseToken, newTaskId, type QueueName } from "../../../../server/src/domain/ids.ts";
import type { SettlementOutcome } from "../../../../server/src/store/store.ts";
import { newTasks, QUEUE, retryPolicy } from "../../../support/task-factory.ts";
import {
  complete,
  countsOf,
  die,
  FAILURE,
  find,
  type HeldTask,
  lease,
  leaseOne,
  openSession,
  release,
  retry,
  settle,
  settlementOf,
  submit,
  sweep,
  timedOut,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

/** The ends of leases. */
export function describeSettle(fixture: Fixture): void {
  const leaseNew = async (spec: Parameters<typeof submit>[1] = {}) => {
    await submit(fixture.store, spec);
    return leaseOne(fixture.store, await openSession(fixture.store, { ttlMs: 3_600_000 }));
  };

  it("makes a completed task SUCCEEDED and keeps its result", async () => {
    const { store, under } = fixture;
    const leased = await leaseNew({ retentionMs: 60_000 });
    await under.advance(30_000);

    assert.deepEqual(await settle(store, leased, complete("42", "text/plain")), {
      kind: "ok",
      state: "SUCCEEDED",
      isRepeat: false,
    });

    const task = await find(store, leased.id);
    const nowMs = await under.nowMs();
    assert.deepEqual([task.state, task.attempt, task.token], ["SUCCEEDED", 1, leased.token]);
    assert.deepEqual(Buffer.from(task.result?.value ?? []), Buffer.from("42"));
    assert.equal(task.result?.contentType, "text/plain");
    assertNear(task.finishedAtMs, nowMs, "finished");
    assertNear(task.purgeAtMs, nowMs + 60_000, "purge");
    assertNear(task.startedAtMs, nowMs - 30_000, "started");
    assert.equal(task.lastFailure, null);
  });

  it("keeps an empty result and the largest", async () => {
    const { store } = fixture;
    const [empty, large] = [await leaseNew(), await leaseNew()];
    const value = Buffer.alloc(LIMITS.maxPayloadBytes, "x\0");
    await settle(store, empty, complete("", ""));
    await settle(store, large, { kind: "complete", result: { value, contentType: "" } });
    const { result } = await find(store, empty.id);
    assert.deepEqual([result?.value.length, result?.contentType], [0, ""]);
    assert.ok(value.equals((await find(store, large.id)).result?.value ?? new Uint8Array()));
  });

  it("makes a failed task SCHEDULED until its back-off has passed", async () => {
    const { store, under } = fixture;
    const leased = await leaseNew();
    assert.deepEqual(await settle(store, leased, retry(60_000)), {
      kind: "ok",
      state: "SCHEDULED",
      isRepeat: false,
    });
    const task = await find(store, leased.id);
    assert.deepEqual([task.state, task.attempt, task.crashes], ["SCHEDULED", 1, 0]);
    assert.deepEqual(task.lastFailure, FAILURE);
    assertNear(task.dueAtMs, (await under.nowMs()) + 60_000, "due");
    assert.equal(task.finishedAtMs, null);
  });

  it("makes a failed task READY at once where there is no back-off", async () => {
    const { store } = fixture;
    const leased = await leaseNew();
    const outcome = await settle(store, leased, retry(0));
    assert.deepEqual(outcome, { kind: "ok", state: "READY", isRepeat: false });
    assert.equal((await find(store, leased.id)).state, "READY");
  });

  it("makes a task that failed for good DEAD and keeps the failure", async () => {
    const { store, under } = fixture;
    const leased = await leaseNew({ retentionMs: 600_000 });
    const failure = { type: "Fatal", message: "naïve \ud83d \0", stack: "a\nb" };
    const outcome = await settle(store, leased, die(failure));
    assert.deepEqual(outcome, { kind: "ok", state: "DEAD", isRepeat: false });
    const task = await find(store, leased.id);
    assert.deepEqual([task.state, task.attempt, task.result], ["DEAD", 1, null]);
    assert.deepEqual(task.lastFailure, failure);
    assertNear(task.purgeAtMs, (await under.nowMs()) + 600_000, "purge");
  });

  it("keeps the failure of an earlier attempt when a later one succeeds", async () => {
    const { store } = fixture;
    const first = await leaseNew();
    await settle(store, first, retry());
    await settle(store, await leaseOne(store, await openSession(store)), complete());
    const task = await find(store, first.id);
    assert.deepEqual([task.state, task.attempt], ["SUCCEEDED", 2]);
    assert.deepEqual(task.lastFailure, FAILURE);
  });

  it("gives a released task back with no attempt spent", async () => {
    const { store, under } = fixture;
    const leased = await leaseNew();
    await under.advance(10_000);
    const outcome = await settle(store, leased, release());
    assert.deepEqual(outcome, { kind: "ok", state: "READY", isRepeat: false });
    const task = await find(store, leased.id);
    assert.deepEqual(
      [task.state, task.attempt, task.crashes, task.deliveries, task.lastFailure],
      ["READY", 0, 0, 1, null],
    );
    assertNear(task.dueAtMs, await under.nowMs(), "due");
  });

  it("keeps a released task SCHEDULED for the delay asked for", async () => {
    const { store, under } = fixture;
    const leased = await leaseNew();
    const outcome = await settle(store, leased, release(60_000));
    assert.deepEqual(outcome, { kind: "ok", state: "SCHEDULED", isRepeat: false });
    const task = await find(store, leased.id);
    assert.deepEqual([task.state, task.attempt], ["SCHEDULED", 0]);
    assertNear(task.dueAtMs, (await under.nowMs()) + 60_000, "due");
  });

  it("treats an attempt that ran out of time like a failed one", async () => {
    const { store } = fixture;
    const leased = await leaseNew();
    const outcome = await settle(store, leased, timedOut({ kind: "retry", delayMs: 60_000 }));
    assert.deepEqual(outcome, { kind: "ok", state: "SCHEDULED", isRepeat: false });
    const task = await find(store, leased.id);
    assert.deepEqual([task.attempt, task.lastFailure?.type], [1, "attempt_timeout"]);

    const another = await leaseNew();
    await settle(store, another, timedOut({ kind: "die" }));
    assert.equal((await find(store, another.id)).state, "DEAD");
  });

  it("kills a task rather than retry it after its last attempt (G7)", async () => {
    const { store } = fixture;
    const leased = await leaseNew({ retryPolicy: retryPolicy({ maxAttempts: 1 }) });
    const outcome = await settle(store, leased, retry());
    assert.deepEqual(outcome, { kind: "ok", state: "DEAD", isRepeat: false });
    assert.deepEqual((await find(store, leased.id)).lastFailure, FAILURE);
  });

  it("answers a batch item by item, in order", async () => {
    const { store } = fixture;
    await store.submit(newTasks(4));
    const session = await openSession(store);
    const [a, b, c, d] = await lease(store, session);
    assert.ok(a && b && c && d);
    const unknown = { ...a, id: newTaskId(QUEUE, Date.now()), token: 1 as LeaseToken };
    const elsewhere = {
      ...a,
      id: newTaskId("sms" as QueueName, Date.now()),
      token: 1 as LeaseToken,
    };
    const outcomes = await store.settle([
      settlementOf(c, die()),
      settlementOf(unknown, complete()),
      settlementOf(a, complete()),
      settlementOf({ ...b, token: (b.token + 1) as LeaseToken }, complete()),
      settlementOf(d, release()),
      settlementOf(elsewhere, release()),
      settlementOf(a, complete()),
    ]);
    assert.deepEqual(outcomes, [
      { kind: "ok", state: "DEAD", isRepeat: false },
      { kind: "not_found" },
      { kind: "ok", state: "SUCCEEDED", isRepeat: false },
      { kind: "stale" },
      { kind: "ok", state: "READY", isRepeat: false },
      { kind: "not_found" },
      { kind: "ok", state: "SUCCEEDED", isRepeat: true },
    ]);
    assert.equal((await find(store, b.id)).state, "LEASED");
    assert.deepEqual(await store.settle([]), []);
  });

  it("counts each state", async () => {
    const { store } = fixture;
    await store.submit(newTasks(6));
    const session = await openSession(store);
    const outcomes = [complete(), complete(), die(), release(), retry(60_000)];
    for (const outcome of outcomes) {
      await settle(store, await leaseOne(store, session), outcome);
    }
    const { SUCCEEDED, DEAD, READY, SCHEDULED, LEASED } = await countsOf(store);
    assert.deepEqual([SUCCEEDED, DEAD, READY, SCHEDULED, LEASED], [2, 1, 2, 1, 0]);
  });

  const repeatable: Record<string, [SettlementOutcome, string]> = {
    complete: [complete(), "SUCCEEDED"],
    "fail that is retried": [retry(60_000), "SCHEDULED"],
    "fail that is retried at once": [retry(0), "READY"],
    "fail for good": [die(), "DEAD"],
    release: [release(), "READY"],
    "release with a delay": [release(60_000), "SCHEDULED"],
    timed_out: [timedOut(), "READY"],
  };
  for (const [what, [outcome, state]] of Object.entries(repeatable)) {
    it(`answers a repeated ${what} as the first time, and changes nothing (G4)`, async () => {
      const { store, under } = fixture;
      const leased = await leaseNew();
      await settle(store, leased, outcome);
      const before = await find(store, leased.id);
      await under.advance(10_000);
      const repeat = { kind: "ok", state, isRepeat: true };
      assert.deepEqual(await settle(store, leased, outcome), repeat);
      assert.deepEqual(await find(store, leased.id), before);
    });
  }

  it("answers a repeat as the first time although the task has moved on (G4)", async () => {
    const { store, under } = fixture;
    const leased = await leaseNew();
    await settle(store, leased, retry(10_000));
    await under.advance(20_000);
    await sweep(store);
    assert.equal((await find(store, leased.id)).state, "READY");
    const outcome = await settle(store, leased, retry(10_000));
    assert.deepEqual(outcome, { kind: "ok", state: "SCHEDULED", isRepeat: true });
  });

  it("keeps the first result of two (G5)", async () => {
    const { store } = fixture;
    const leased = await leaseNew();
    await settle(store, leased, complete("first"));
    await settle(store, leased, complete("second"));
    const { result } = await find(store, leased.id);
    assert.deepEqual(Buffer.from(result?.value ?? []), Buffer.from("first"));
    assert.equal((await countsOf(store)).SUCCEEDED, 1);
  });

  it("settles leases of one batch that end in different ways, one of them twice (G4, G5)", async () => {
    const { store } = fixture;
    await store.submit(newTasks(9));
    const tasks = await lease(store, await openSession(store), { limit: 9 });
    const [a, b, c, d, e, f, g, h, i] = tasks;
    const batch: [HeldTask | undefined, SettlementOutcome][] = [
      [a, complete("same")],
      [b, complete("same")],
      [a, complete("same")],
      [c, complete("other")],
      [d, complete("other", "text/html")],
      [e && { ...e, token: (e.token - 1) as LeaseToken }, complete("other", "text/html")],
      [f, die()],
      [g, retry(60_000)],
      [h, release()],
      [c, release()],
      [i, complete("x".repeat(500))],
    ];
    const outcomes = await store.settle(
      batch.map(([task, outcome]) => settlementOf(task as HeldTask, outcome)),
    );
    const ok = (state: string, isRepeat = false) => ({ kind: "ok", state, isRepeat });
    assert.deepEqual(outcomes, [
      ok("SUCCEEDED"),
      ok("SUCCEEDED"),
      ok("SUCCEEDED", true),
      ok("SUCCEEDED"),
      ok("SUCCEEDED"),
      { kind: "stale" },
      ok("DEAD"),
      ok("SCHEDULED"),
      ok("READY"),
      { kind: "stale" },
      ok("SUCCEEDED"),
    ]);
    const found = await store.get(tasks.map(({ id }) => id));
    assert.deepEqual(
      found.map((task) => task?.result && Buffer.from(task.result.value).toString()),
      ["same", "same", "other", "other", null, null, null, null, "x".repeat(500)],
    );
    const counts = await countsOf(store);
    assert.deepEqual([counts.SUCCEEDED, counts.LEASED, counts.DEAD], [5, 1, 1]);
  });
}
