import assert from "node:assert/strict";
import type { QueueName, TaskType } from "../../../../server/src/domain/ids.ts";
import { newSessionId, newTasks } from "../../../support/task-factory.ts";
import {
  countsOf,
  find,
  lease,
  leaseOne,
  only,
  openSession,
  renew,
  report,
  retry,
  settle,
  submit,
  type TestSession,
  TTL_MS,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

/** Handing tasks to sessions. */
export function describeLease(fixture: Fixture): void {
  const tryLease = async (session: TestSession) =>
    (await fixture.store.lease({ ...session, types: null, limit: 10, maxPayloadBytes: 1_000 }))
      .kind;

  it("hands over all that a worker needs", async () => {
    const { store, under } = fixture;
    const id = await submit(store, {
      payload: Buffer.from("bytes"),
      contentType: "text/plain",
      headers: { traceparent: "00-1-2-01" },
      labels: { team: "blue" },
    });
    await under.advance(30_000);

    const task = await leaseOne(store, await openSession(store));

    const { spec } = await find(store, id);
    assert.deepEqual(Buffer.from(task.spec.payload), Buffer.from("bytes"));
    assert.deepEqual({ ...task.spec, payload: null }, { ...spec, payload: null });
    assert.deepEqual([task.id, task.attempt, task.crashes], [id, 1, 0]);
    assert.equal(task.checkpoint.length, 0);
    assertNear(task.queuedMs, 30_000, "queued");
  });

  it("marks a leased task with its token, attempt, worker and start", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    await under.advance(30_000);
    const { token } = await leaseOne(store, await openSession(store, { workerId: "worker-7" }));

    const task = await find(store, id);

    assert.deepEqual(
      [task.state, task.token, task.attempt, task.deliveries, task.workerId],
      ["LEASED", token, 1, 1, "worker-7"],
    );
    assertNear(task.startedAtMs, await under.nowMs(), "started");
    assertNear(task.dueAtMs, task.submittedAtMs, "due");
  });

  it("has nothing to lease in an empty queue", async () => {
    const { store } = fixture;
    assert.deepEqual(await lease(store, await openSession(store)), []);
  });

  it("leases at most as many as asked for, and none for a limit of 0", async () => {
    const { store } = fixture;
    await store.submit(newTasks(5));
    const session = await openSession(store);
    assert.equal((await lease(store, session, { limit: 0 })).length, 0);
    assert.equal((await lease(store, session, { limit: 3 })).length, 3);
    assert.equal((await lease(store, session, { limit: 3 })).length, 2);
    assert.equal((await lease(store, session, { limit: 3 })).length, 0);
  });

  it("never leases a leased task again (G3)", async () => {
    const { store } = fixture;
    await submit(store);
    await leaseOne(store, await openSession(store));
    assert.deepEqual(await lease(store, await openSession(store)), []);
  });

  it("gives tokens that grow with each lease of a task and are no smaller than the time", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store);
    let previous = 0;
    for (let lap = 0; lap < 3; lap += 1) {
      const nowMs = await under.nowMs();
      const task = await leaseOne(store, session);
      assert.ok(task.token > previous && task.token >= nowMs * 1_000, `token ${task.token}`);
      assert.ok(Number.isSafeInteger(task.token));
      previous = task.token;
      await settle(store, task, { kind: "release", delayMs: 0 });
    }
  });

  it("leases only the types asked for", async () => {
    const { store } = fixture;
    const [blue, red, green] = ["blue", "red", "green"] as TaskType[];
    for (const type of [blue, red, green, blue] as TaskType[]) {
      await submit(store, { type });
    }
    const session = await openSession(store);
    const types = async (wanted: (TaskType | undefined)[]) =>
      (await lease(store, session, { types: wanted as TaskType[] })).map(({ spec }) => spec.type);

    assert.deepEqual(await types([]), []);
    assert.deepEqual(await types(["grey" as TaskType]), []);
    assert.deepEqual(await types([red]), ["red"]);
    assert.deepEqual(await types([green, blue]), ["blue", "green", "blue"]);
  });

  it("finds the tasks of a type behind many of another", async () => {
    const { store } = fixture;
    await store.submit(newTasks(500, { type: "common" as TaskType }));
    const id = await submit(store, { type: "rare" as TaskType });
    const session = await openSession(store);
    const task = await leaseOne(store, session, { types: ["rare" as TaskType] });
    assert.equal(task.id, id);
  });

  it("leases each task once where a session names a type twice", async () => {
    const { store } = fixture;
    const type = "twice" as TaskType;
    const submitted = await store.submit(newTasks(3, { type }));
    const session = await openSession(store);
    const types = [type, type];
    const first = await lease(store, session, { types, limit: 2 });
    const rest = await lease(store, session, { types });
    const ids = new Set([...first, ...rest].map(({ id }) => id));
    assert.deepEqual([first.length, rest.length, ids.size], [2, 1, submitted.length]);
  });

  it("stops before the payloads are too many bytes, but leases the first whatever its size", async () => {
    const { store } = fixture;
    await store.submit(newTasks(4, { payload: Buffer.alloc(1_000) }));
    const session = await openSession(store);
    const leased = async (maxPayloadBytes: number) =>
      (await lease(store, session, { maxPayloadBytes })).length;
    assert.equal(await leased(2_500), 2);
    assert.equal(await leased(10), 1);
    assert.equal(await leased(1_000), 1);
    assert.equal((await countsOf(store)).LEASED, 4);
  });

  it("does not lease a task before it is due", async () => {
    const { store, under } = fixture;
    await submit(store, { due: { kind: "after", delayMs: 60_000 } });
    const session = await openSession(store, { ttlMs: 3_600_000 });
    await under.advance(55_000);
    assert.deepEqual(await lease(store, session), []);
  });

  it("leases a task that came due although no sweep promoted it", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { due: { kind: "after", delayMs: 60_000 } });
    const session = await openSession(store, { ttlMs: 3_600_000 });
    await under.advance(65_000);
    const task = await leaseOne(store, session);
    assert.equal(task.id, id);
    assertNear(task.queuedMs, 5_000, "queued");
  });

  it("expires a task that came too late instead of leasing it", async () => {
    const { store, under } = fixture;
    const ready = await submit(store, { startDeadlineMs: 60_000 });
    const scheduled = await submit(store, {
      due: { kind: "after", delayMs: 30_000 },
      startDeadlineMs: 20_000,
    });
    const session = await openSession(store, { ttlMs: 3_600_000 });
    await under.advance(65_000);
    assert.deepEqual(await lease(store, session), []);
    assert.equal((await find(store, ready)).state, "EXPIRED");
    assert.equal((await find(store, scheduled)).state, "EXPIRED");
  });

  it("leases nothing to a session that was never opened", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    assert.equal(await tryLease({ ...session, sessionId: newSessionId() }), "session_gone");
    assert.equal(await tryLease({ ...session, queue: "sms" as QueueName }), "session_gone");
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("leases nothing to a session whose ttl passed, whether it ran out or was ended", async () => {
    const { store, under } = fixture;
    await submit(store);
    const [expired, ended] = [await openSession(store), await openSession(store)];
    assert.equal((await renew(store, ended, 0)).kind, "ok");
    assert.equal(await tryLease(ended), "session_gone");
    await under.advance(TTL_MS + 5_000);
    assert.equal(await tryLease(expired), "session_gone");
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("leases nothing to a stream that another took the session over from", async () => {
    const { store } = fixture;
    await submit(store);
    const old = await openSession(store);
    const newer = await openSession(store, { session: old });
    assert.equal(await tryLease(old), "superseded");
    assert.equal((await countsOf(store)).READY, 1);
    assert.equal(await tryLease(newer), "ok");
  });

  it("hands the checkpoint to the next attempt and forgets the progress", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const session = await openSession(store);
    const first = await leaseOne(store, session);
    const said = { progress: { fraction: 0.5, note: "half" }, checkpoint: Buffer.from("row 7") };
    assert.equal(await report(store, first, said), "ok");
    await settle(store, first, retry());

    const second = await leaseOne(store, session);

    assert.deepEqual(Buffer.from(second.checkpoint), Buffer.from("row 7"));
    assert.equal((await find(store, id)).progress, null);
  });

  it("leases tasks of one queue only", async () => {
    const { store } = fixture;
    const other = "sms" as QueueName;
    await submit(store, { queue: other });
    assert.deepEqual(await lease(store, await openSession(store)), []);
    const task = only(await lease(store, await openSession(store, { queue: other })));
    assert.equal(task.spec.queue, other);
  });
}
