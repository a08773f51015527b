import assert from "node:assert/strict";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { QUEUE_MEMORY_MS } from "../../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  find,
  lease,
  leaseOne,
  only,
  openSession,
  renew,
  report,
  retry,
  settle,
  settlementOf,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import { assertNear } from "../fixture.ts";
import { DEAD_RETENTION_MS } from "../harness.ts";

/** How long final tasks are kept, and what is left of them. */
export function describeRetention(fixture: Fixture): void {
  it("keeps a final task until a sweep finds its retention passed (G13)", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { retentionMs: 60_000 });
    await settle(store, await leaseOne(store, await openSession(store)), complete());
    await under.advance(55_000);
    assert.equal((await sweep(store)).purged, 0);
    await under.advance(10_000);
    assert.equal((await find(store, id)).state, "SUCCEEDED");
    assert.equal((await sweep(store)).purged, 1);
    assert.deepEqual(await store.get([id]), [null]);
    assert.deepEqual(await cancel(store, id), { kind: "not_found" });
  });

  it("keeps what died for the longer of its own retention and that of the dead (G13)", async () => {
    const { store, under } = fixture;
    const own = { retentionMs: 10_000 };
    const crashing = await openSession(store);
    const crashed = await submit(store, { ...own, retryPolicy: retryPolicy({ maxCrashes: 1 }) });
    await leaseOne(store, crashing);
    await renew(store, crashing, 0);
    await sweep(store);
    const failed = await submit(store, own);
    const session = await openSession(store, { ttlMs: 600_000 });
    await settle(store, await leaseOne(store, session), die());
    const spent = await submit(store, { ...own, retryPolicy: retryPolicy({ maxAttempts: 1 }) });
    await settle(store, await leaseOne(store, session), retry());
    const longer = await submit(store, { retentionMs: DEAD_RETENTION_MS + 60_000 });
    await settle(store, await leaseOne(store, session), die());
    const diedAtMs = await under.nowMs();
    const again = await under.crash();
    for (const id of [crashed, failed, spent]) {
      const task = await find(again, id);
      assert.equal(task.state, "DEAD");
      assertNear(task.purgeAtMs, diedAtMs + DEAD_RETENTION_MS, "purge");
    }
    await under.advance(DEAD_RETENTION_MS - 10_000);
    assert.equal((await sweep(again)).purged, 0);
    await under.advance(20_000);
    assert.equal((await sweep(again)).purged, 3);
    assertNear((await find(again, longer)).purgeAtMs, diedAtMs + DEAD_RETENTION_MS + 60_000, "own");
    await under.advance(60_000);
    assert.equal((await sweep(again)).purged, 1);
    assert.equal((await countsOf(again)).DEAD, 0);
  });

  it("knows a dead task by its request id for as long as it keeps it (G2, G13)", async () => {
    const { store, under } = fixture;
    const short = { retentionMs: 10_000, deduplicationWindowMs: 10_000 };
    const task = newTask({ requestId: "order-7", ...short });
    await store.submit([task]);
    await settle(store, await leaseOne(store, await openSession(store)), die());
    await under.advance(DEAD_RETENTION_MS - 10_000);
    await sweep(store);
    assert.deepEqual(await store.submit([task]), [{ kind: "known" }]);
    assert.equal((await find(store, task.id)).state, "DEAD");
    await under.advance(20_000);
    await sweep(store);
    assert.deepEqual(await store.submit([task]), [{ kind: "created" }]);
  });

  it("keeps a task that was redriven for its own retention again, however it ends (G13)", async () => {
    const { store, under } = fixture;
    const ids = [];
    for (let index = 0; index < 3; index += 1) {
      ids.push(await submit(store, { retentionMs: 10_000 }));
      await settle(store, await leaseOne(store, await openSession(store)), die());
    }
    await store.redrive(ids);
    const session = await openSession(store, { ttlMs: 600_000 });
    const [first, second, third] = await lease(store, session, { limit: 3 });
    assert.ok(first && second && third);
    await settle(store, first, complete());
    await cancel(store, second.id, "");
    await settle(store, third, die());
    await under.advance(15_000);
    assert.equal((await sweep(store)).purged, 2);
    assert.equal((await find(store, third.id)).state, "DEAD");
    await under.advance(DEAD_RETENTION_MS);
    assert.equal((await sweep(store)).purged, 1);
  });

  it("leaves nothing of purged tasks and dead sessions, whatever they went through (G13)", async () => {
    const { store, under } = fixture;
    const spec = { retentionMs: 30_000, deduplicationWindowMs: 30_000 };
    const kinds = ["complete", "die", "cancel", "expire", "crash", "cancelWaiting"];
    await store.submit(
      kinds.map((requestId) =>
        newTask({
          ...spec,
          requestId,
          labels: { kind: requestId },
          startDeadlineMs: 600_000,
          retryPolicy: retryPolicy({ maxCrashes: 1 }),
          due: { kind: "after", delayMs: requestId === "cancelWaiting" ? 60_000 : 0 },
        }),
      ),
    );
    const session = await openSession(store, { ttlMs: 600_000 });
    const [completed, dead, cancelled] = await lease(store, session, { limit: 3 });
    const doomed = await openSession(store);
    const crashed = await leaseOne(store, doomed, { limit: 1 });
    assert.ok(completed && dead && cancelled);
    for (const task of [completed, dead, cancelled, crashed]) {
      await report(store, task, {
        progress: { fraction: 0.5, note: "half" },
        checkpoint: Buffer.from("row 7"),
      });
    }
    await settle(store, completed, complete());
    await settle(store, dead, die());
    await cancel(store, cancelled.id, "because");
    await renew(store, doomed, 0);
    assert.notDeepEqual(await under.residue(), []);

    await under.advance(700_000);
    while ((await sweep(store)).nextInMs !== null) {
      await under.advance(700_000);
    }

    assert.deepEqual(await under.residue(), []);
  });

  it("leaves nothing of sessions that ended without a lease (G13)", async () => {
    const { store, under } = fixture;
    await openSession(store);
    await renew(store, await openSession(store), 0);
    await under.advance(60_000);
    await sweep(store);
    assert.deepEqual(await under.residue(), []);
  });

  it("goes on counting a queue whose tasks are all purged", async () => {
    const { store } = fixture;
    await cancel(store, await submit(store, { retentionMs: 0 }));
    await sweep(store);
    const { queue, counts } = only(await store.stats());
    assert.equal(queue, QUEUE);
    assert.deepEqual(new Set(Object.values(counts)), new Set([0]));
  });

  it("forgets a queue without tasks and sessions, once nothing came to it for a while", async () => {
    const { store, under } = fixture;
    const end = async () => {
      await cancel(store, await submit(store, { retentionMs: 0, deduplicationWindowMs: 0 }));
      await sweep(store);
      await sweep(store);
    };
    const known = async () => {
      await sweep(store);
      return [await store.queueNames(), (await store.stats([QUEUE])).length];
    };
    await end();
    await under.advance(QUEUE_MEMORY_MS - 1_000);
    assert.deepEqual(await known(), [[QUEUE], 1]);
    await under.advance(2_000);
    assert.deepEqual(await known(), [[], 0]);
    assert.deepEqual(await under.residue(), []);

    await end();
    assert.deepEqual(await known(), [[QUEUE], 1]);
    await under.advance(QUEUE_MEMORY_MS + 1_000);
    await openSession(store, { ttlMs: 10_000 });
    assert.deepEqual(await known(), [[QUEUE], 1]);
    await under.advance(QUEUE_MEMORY_MS + 1_000);
    await submit(store);
    assert.deepEqual(await known(), [[QUEUE], 1]);
    await under.advance(QUEUE_MEMORY_MS + 1_000);
    assert.deepEqual(await known(), [[QUEUE], 1]);
  });

  it("names the queues to which tasks or sessions came lately", async () => {
    const { store, under } = fixture;
    const other = "sms" as QueueName;
    await submit(store);
    await submit(store, { queue: other });
    assert.deepEqual(await store.queueNames(5_000), [QUEUE, other]);
    await under.advance(20_000);
    assert.deepEqual(await store.queueNames(5_000), []);
    // As another process does, which does not remember that it told of them.
    const another = await under.another();
    await submit(another);
    await openSession(another, { queue: other });
    await eventually(async () => assert.deepEqual(await store.queueNames(5_000), [QUEUE, other]));
  });

  it("purges many in several sweeps (G13)", async () => {
    const { store } = fixture;
    const batch = newTasks(25, { retentionMs: 0 });
    await store.submit(batch);
    await store.cancel(batch.map(({ id }) => ({ taskId: id, reason: "" })));
    const purged = [];
    for (let lap = 0; lap < 3; lap += 1) {
      purged.push((await store.sweep(QUEUE, 10)).purged);
    }
    assert.deepEqual(purged, [10, 10, 5]);
    assert.equal((await countsOf(store)).CANCELLED, 0);
  });

  it("purges many that ended together in several sweeps (G13)", async () => {
    const { store } = fixture;
    await store.submit(newTasks(25, { retentionMs: 0 }));
    const tasks = await lease(store, await openSession(store), { limit: 25 });
    await store.settle(tasks.map((task) => settlementOf(task, complete())));
    assert.equal((await countsOf(store)).SUCCEEDED, 25);
    let purged = 0;
    for (let lap = 0; purged < 25 && lap < 25; lap += 1) {
      const report = await store.sweep(QUEUE, 10);
      assert.ok(report.purged <= 10);
      purged += report.purged;
      assert.equal((await countsOf(store)).SUCCEEDED, 25 - purged);
    }
    assert.equal(purged, 25);
  });
}
