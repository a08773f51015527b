import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import type { QueueName, TaskType } from "../../../../server/src/domain/ids.ts";
import type { NewTask } from "../../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../../../support/task-factory.ts";
import { countsOf, find, lease, openSession, submit } from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

/** Storing tasks. */
export function describeSubmit(fixture: Fixture): void {
  it("stores a task that is ready at once", async () => {
    const { store, under } = fixture;
    const task = newTask({ labels: { team: "blue" }, headers: { traceparent: "00-1-2-03" } });

    assert.deepEqual(await store.submit([task]), [{ kind: "created" }]);

    const stored = await find(store, task.id);
    const nowMs = await under.nowMs();
    assert.deepEqual({ ...stored.spec, payload: Buffer.from(stored.spec.payload) }, task.spec);
    assert.equal(stored.state, "READY");
    assertNear(stored.submittedAtMs, nowMs, "submitted");
    assertNear(stored.dueAtMs, nowMs, "due");
    assert.deepEqual(
      [stored.attempt, stored.crashes, stored.deliveries, stored.token, stored.workerId],
      [0, 0, 0, 0, ""],
    );
    assert.deepEqual(
      [stored.startedAtMs, stored.finishedAtMs, stored.purgeAtMs, stored.ahead],
      [null, null, null, null],
    );
    assert.deepEqual(
      [stored.progress, stored.result, stored.lastFailure, stored.cancelReason],
      [null, null, null, ""],
    );
  });

  it("stores a task with a delay as SCHEDULED, due after the delay", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { due: { kind: "after", delayMs: 60_000 } });
    const task = await find(store, id);
    assert.equal(task.state, "SCHEDULED");
    assertNear(task.dueAtMs, (await under.nowMs()) + 60_000, "due");
  });

  it("stores a task with a time to come as SCHEDULED, due exactly then", async () => {
    const { store, under } = fixture;
    const atMs = (await under.nowMs()) + 60_000;
    const task = await find(store, await submit(store, { due: { kind: "at", atMs } }));
    assert.deepEqual([task.state, task.dueAtMs], ["SCHEDULED", atMs]);
  });

  it("takes a time that has passed, and a delay of 0, as now", async () => {
    const { store, under } = fixture;
    const nowMs = await under.nowMs();
    for (const due of [
      { kind: "at", atMs: nowMs - 60_000 },
      { kind: "at", atMs: 0 },
      { kind: "after", delayMs: 0 },
    ] as const) {
      const task = await find(store, await submit(store, { due }));
      assert.equal(task.state, "READY");
      assertNear(task.dueAtMs, nowMs, "due");
    }
  });

  it("answers a batch item by item, in order", async () => {
    const { store } = fixture;
    const [first, second] = [newTask(), newTask()];
    await store.submit([first]);
    assert.deepEqual(await store.submit([second, first, second]), [
      { kind: "created" },
      { kind: "known" },
      { kind: "known" },
    ]);
  });

  it("creates nothing when a batch whose answer was lost is repeated", async () => {
    const { store } = fixture;
    const batch = newTasks(50);
    await store.submit(batch);
    const again = await store.submit(batch);
    assert.ok(again.every(({ kind }) => kind === "known"));
    assert.equal((await store.stats([QUEUE]))[0]?.counts.READY, 50);
  });

  it("stores tasks of several queues in one batch", async () => {
    const { store } = fixture;
    const other = "sms" as QueueName;
    await store.submit([newTask(), newTask({ queue: other }), newTask()]);
    assert.equal((await countsOf(store)).READY, 2);
    assert.equal((await countsOf(store, other)).READY, 1);
  });

  it("answers an empty batch with nothing", async () => {
    assert.deepEqual(await fixture.store.submit([]), []);
  });

  it("returns every byte of the largest payload", async () => {
    const { store } = fixture;
    const payload = Buffer.alloc(LIMITS.maxPayloadBytes, "0123456789abcdef\0\xff", "latin1");
    const task = await find(store, await submit(store, { payload }));
    assert.ok(payload.equals(task.spec.payload));
  });

  it("returns every field of a spec as it was, whatever text is in it", async () => {
    const { store, under } = fixture;
    const odd = "\u0000 \ud83d '\"\\ \u2028 naïve 🙂 \uffff";
    const task = newTask({
      requestId: odd,
      contentType: odd,
      headers: { a: odd, __proto__x: "" },
      labels: { [odd]: odd },
      priority: 0,
      due: { kind: "at", atMs: (await under.nowMs()) + 60_000 },
      startDeadlineMs: 90_000,
      attemptTimeoutMs: 1,
      retentionMs: 0,
      deduplicationWindowMs: 0,
      retryPolicy: retryPolicy({ maxAttempts: 100, multiplier: 1.5, nonRetryableTypes: [odd] }),
    });
    await store.submit([task]);
    const { spec } = await find(store, task.id);
    assert.deepEqual({ ...spec, payload: Buffer.from(spec.payload) }, task.spec);
  });

  it("stores tasks of one batch that have little in common", async () => {
    const { store } = fixture;
    const atMs = (await fixture.under.nowMs()) + 60_000;
    const batch = [0, 100, 600, 70_000].flatMap((bytes) => [
      // No Buffer, as what a client decodes need not be one.
      newTask({ payload: new Uint8Array(bytes).fill(bytes % 251), priority: 1 }),
      newTask({ payload: new Uint8Array(bytes).fill(7), priority: 9 }),
      newTask({ payload: new Uint8Array(bytes), type: "other" as TaskType }),
      newTask({ payload: new Uint8Array(bytes), type: "other" as TaskType }),
      newTask({ payload: new Uint8Array(bytes), due: { kind: "at", atMs } }),
      newTask({ startDeadlineMs: 60_000, requestId: `r${bytes}`, contentType: "text/plain" }),
      newTask({ labels: { size: `${bytes}` }, headers: { "x-size": `${bytes}` } }),
    ]);
    const again = batch[3] as NewTask;
    const outcomes = await store.submit([...batch, again]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      [...batch.map(() => "created"), "known"],
    );
    const stored = await store.get(batch.map(({ id }) => id));
    for (const [at, { spec }] of batch.entries()) {
      const found = stored[at]?.spec;
      assert.deepEqual(
        { ...found, payload: Buffer.from(found?.payload ?? []) },
        {
          ...spec,
          payload: Buffer.from(spec.payload),
        },
      );
    }
    const session = await openSession(store);
    const leased = await lease(store, session, { limit: 100 });
    const specs = new Map(batch.map(({ id, spec }) => [id, spec]));
    assert.equal(leased.length, 24);
    for (const { id, spec } of leased) {
      assert.ok(Buffer.from(spec.payload).equals(specs.get(id)?.payload ?? new Uint8Array(1)));
    }
  });
}
