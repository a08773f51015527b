import assert from "node:assert/strict";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import type { LeaseNotice } from "../../../../server/src/store/store.ts";
import { newTasks } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  lease,
  leaseOne,
  openSession,
  refOf,
  renew,
  settle,
  submit,
  sweep,
  type TestSession,
  timedOut,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

/** What sessions are told about leases they lost. */
export function describeNotices(fixture: Fixture): void {
  const noticesOf = async (session: TestSession): Promise<readonly LeaseNotice[]> => {
    const outcome = await renew(fixture.store, session);
    assert.equal(outcome.kind, "ok");
    return outcome.notices;
  };

  it("tells the session that a task of its own was cancelled, and why, once", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    const reason = "naïve \ud83d 'no longer' needed";
    await cancel(store, task.id, reason);
    const notices = await noticesOf(session);
    assert.equal(notices.length, 1);
    assert.deepEqual([notices[0]?.lease, notices[0]?.cause], [refOf(task), "cancelled"]);
    assert.equal(notices[0]?.reason.toWellFormed(), reason.toWellFormed());
    assert.deepEqual(await noticesOf(session), []);
  });

  it("tells the session that an attempt of its own ran out of time, once", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    await settle(store, task, timedOut());
    await settle(store, task, timedOut());
    assert.deepEqual(await noticesOf(session), [
      { lease: refOf(task), cause: "timed_out", reason: "" },
    ]);
    assert.deepEqual(await noticesOf(session), []);
  });

  it("gathers notices in order", async () => {
    const { store } = fixture;
    await store.submit(newTasks(4));
    const session = await openSession(store);
    const tasks = await lease(store, session);
    for (const [index, task] of tasks.entries()) {
      await cancel(store, task.id, `reason ${index}`);
    }
    assert.deepEqual(
      await noticesOf(session),
      tasks.map((task, index) => ({
        lease: refOf(task),
        cause: "cancelled",
        reason: `reason ${index}`,
      })),
    );
  });

  it("tells of each lease of a task that was lost more than once", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const first = await leaseOne(store, session);
    await settle(store, first, timedOut());
    const second = await leaseOne(store, session);
    await cancel(store, second.id, "enough");
    assert.deepEqual(await noticesOf(session), [
      { lease: refOf(first), cause: "timed_out", reason: "" },
      { lease: refOf(second), cause: "cancelled", reason: "enough" },
    ]);
  });

  it("tells nobody of a task that nobody holds, nor of what the worker itself settled", async () => {
    const { store } = fixture;
    const ready = await submit(store);
    await submit(store);
    const session = await openSession(store);
    await cancel(store, ready);
    const task = await leaseOne(store, session);
    await settle(store, task, complete());
    await cancel(store, task.id);
    assert.deepEqual(await noticesOf(session), []);
  });

  it("tells only the session that held the lease", async () => {
    const { store } = fixture;
    const queue = "sms" as QueueName;
    await submit(store);
    const holder = await openSession(store);
    const sameWorkerElsewhere = await openSession(store, { session: holder, queue });
    const other = await openSession(store);
    const task = await leaseOne(store, holder);
    await cancel(store, task.id);
    assert.deepEqual(await noticesOf(other), []);
    assert.deepEqual(await noticesOf(sameWorkerElsewhere), []);
    assert.equal((await noticesOf(holder)).length, 1);
  });

  it("keeps notices for the stream that takes the session up", async () => {
    const { store } = fixture;
    await submit(store);
    const old = await openSession(store);
    const task = await leaseOne(store, old);
    await cancel(store, task.id);
    const newer = await openSession(store, { session: old });
    assert.deepEqual(await renew(store, old), { kind: "superseded" });
    assert.equal((await noticesOf(newer)).length, 1);
  });

  it("leaves no notice behind for a session that died", async () => {
    const { store, under } = fixture;
    await submit(store, { retentionMs: 0 });
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    await cancel(store, task.id);
    await under.advance(60_000);
    await sweep(store);
    assert.deepEqual(await under.residue(), []);
  });
}
