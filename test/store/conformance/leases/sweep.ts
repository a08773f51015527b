import assert from "node:assert/strict";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { newTasks, QUEUE, retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  find,
  lease,
  leaseOne,
  only,
  openSession,
  refOf,
  refsOf,
  release,
  renew,
  retry,
  settle,
  submit,
  sweep,
  TTL_MS,
  timedOut,
} from "../actions.ts";
import { assertNear, type Fixture, SLACK_MS } from "../fixture.ts";

const NOTHING = { promoted: 0, expired: 0, purged: 0, reclaimed: [], timedOut: [] };

/** What happens by itself. */
export function describeSweep(fixture: Fixture): void {
  it("does nothing where nothing is due", async () => {
    const { store } = fixture;
    assert.deepEqual(await sweep(store, "unheard-of" as QueueName), { ...NOTHING, nextInMs: null });
    await submit(store);
    assert.deepEqual(await sweep(store), { ...NOTHING, nextInMs: null });
  });

  it("promotes what is due and nothing else", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(3, { due: { kind: "after", delayMs: 10_000 } }));
    await store.submit(newTasks(2, { due: { kind: "after", delayMs: 60_000 } }));
    await under.advance(20_000);
    const swept = await sweep(store);
    assert.equal(swept.promoted, 3);
    assertNear(swept.nextInMs, 40_000, "next");
    const { READY, SCHEDULED } = await countsOf(store);
    assert.deepEqual([READY, SCHEDULED], [3, 2]);
  });

  it("expires what can start no more, READY or SCHEDULED, and nothing that was leased once", async () => {
    const { store, under } = fixture;
    const late = { startDeadlineMs: 30_000, retentionMs: 60_000 };
    const session = await openSession(store, { ttlMs: 600_000 });
    const reclaimable = await openSession(store, { ttlMs: 5_000 });
    const started = [
      await submit(store, late),
      await submit(store, late),
      await submit(store, late),
    ];
    await settle(store, await leaseOne(store, session), retry(10_000));
    await settle(store, await leaseOne(store, session), release(10_000));
    await leaseOne(store, reclaimable);
    const ready = await submit(store, late);
    const scheduled = await submit(store, {
      due: { kind: "after", delayMs: 10_000 },
      startDeadlineMs: 20_000,
    });
    const free = await submit(store);
    await under.advance(40_000);

    const swept = await sweep(store);

    assert.deepEqual([swept.expired, swept.promoted, swept.reclaimed.length], [2, 2, 1]);
    const expired = await find(store, ready);
    assert.deepEqual([expired.state, expired.result, expired.lastFailure], ["EXPIRED", null, null]);
    assertNear(expired.finishedAtMs, await under.nowMs(), "finished");
    assertNear(expired.purgeAtMs, (await under.nowMs()) + 60_000, "purge");
    assert.equal((await find(store, scheduled)).state, "EXPIRED");
    for (const id of [...started, free]) {
      assert.equal((await find(store, id)).state, "READY");
    }
  });

  it("says how soon the next start deadline passes", async () => {
    const { store } = fixture;
    await submit(store, { startDeadlineMs: 30_000 });
    assertNear((await sweep(store)).nextInMs, 30_000, "next");
  });

  it("reclaims the leases of a session whose ttl passed and of no other (G6)", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(3));
    const dying = await openSession(store, { workerId: "worker-1" });
    const living = await openSession(store, { workerId: "worker-2", ttlMs: 600_000 });
    const lost = await lease(store, dying, { limit: 2 });
    const kept = await leaseOne(store, living);
    await under.advance(TTL_MS + 5_000);

    const { reclaimed } = await sweep(store);

    assert.deepEqual(
      new Set(reclaimed),
      new Set(
        refsOf(lost).map((ref) => ({
          lease: ref,
          sessionId: dying.sessionId,
          workerId: "worker-1",
          state: "READY",
        })),
      ),
    );
    for (const { id } of lost) {
      const task = await find(store, id);
      assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 1]);
      assert.equal(task.workerId, "worker-1");
      assertNear(task.dueAtMs, await under.nowMs(), "due");
    }
    assert.equal((await find(store, kept.id)).state, "LEASED");
  });

  it("says how soon a session's leases could be reclaimed", async () => {
    const { store, under } = fixture;
    await submit(store);
    await leaseOne(store, await openSession(store));
    await under.advance(5_000);
    assertNear((await sweep(store)).nextInMs, TTL_MS - 5_000, "next");
  });

  it("reclaims by another process, once however many sweep (G6)", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(20));
    const session = await openSession(store);
    const leased = await lease(store, session);
    await under.advance(TTL_MS + 5_000);
    const sweepers = [store, await under.another(), await under.another()];
    const reports = await Promise.all(sweepers.map((sweeper) => sweep(sweeper)));
    const reclaimed = reports.flatMap((swept) => swept.reclaimed.map((one) => one.lease.taskId));
    assert.deepEqual(reclaimed.toSorted(), leased.map(({ id }) => id).toSorted());
    for (const { id } of leased) {
      assert.equal((await find(store, id)).crashes, 1);
    }
  });

  it("does not reclaim from a session that was renewed in time (G6)", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store);
    await leaseOne(store, session);
    await under.advance(TTL_MS - 5_000);
    await renew(store, session);
    await under.advance(TTL_MS - 5_000);
    assert.deepEqual((await sweep(store)).reclaimed, []);
  });

  it("does at most as much as it is told to, and says that there is more", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(5, { due: { kind: "after", delayMs: 5_000 } }));
    await store.submit(newTasks(5, { startDeadlineMs: 5_000, priority: 0 }));
    await store.submit(newTasks(5, { priority: 9 }));
    const session = await openSession(store);
    assert.equal((await lease(store, session, { limit: 5 })).length, 5);
    await under.advance(TTL_MS + 5_000);
    const laps = [];
    for (let lap = 0; lap < 3; lap += 1) {
      const swept = await store.sweep(QUEUE, 2);
      laps.push([swept.promoted, swept.expired, swept.reclaimed.length, swept.nextInMs === 0]);
    }
    assert.deepEqual(laps.slice(0, 2), [
      [2, 2, 2, true],
      [2, 2, 2, true],
    ]);
    assert.deepEqual(laps[2]?.slice(0, 3), [1, 1, 1]);
    const { READY, SCHEDULED, EXPIRED } = await countsOf(store);
    assert.deepEqual([READY, SCHEDULED, EXPIRED], [10, 0, 5]);
  });

  it("names attempts past their timeout until somebody fails them", async () => {
    const { store, under } = fixture;
    const policy = retryPolicy({ maxAttempts: 7, nonRetryableTypes: ["attempt_timeout"] });
    await submit(store, { attemptTimeoutMs: 30_000, retryPolicy: policy });
    await submit(store, { attemptTimeoutMs: 90_000 });
    const session = await openSession(store, { ttlMs: 600_000 });
    const [slow] = await lease(store, session);
    assert.ok(slow);
    assertNear((await sweep(store)).nextInMs, 30_000, "next");
    await under.advance(40_000);

    const { sessionId } = session;
    const named = { lease: refOf(slow), sessionId, attempt: 1, retryPolicy: policy };
    for (let lap = 0; lap < 2; lap += 1) {
      const swept = await sweep(store);
      assert.deepEqual(swept.timedOut, [named]);
      assertNear(swept.nextInMs, 50_000, "next");
    }
    assert.equal((await find(store, slow.id)).state, "LEASED");
    await settle(store, slow, timedOut());
    assert.deepEqual((await sweep(store)).timedOut, []);
  });

  it("counts the attempt's time from its own lease", async () => {
    const { store, under } = fixture;
    await submit(store, { attemptTimeoutMs: 30_000 });
    const session = await openSession(store, { ttlMs: 600_000 });
    await settle(store, await leaseOne(store, session), retry());
    await under.advance(20_000);
    await leaseOne(store, session);
    await under.advance(20_000);
    assert.deepEqual((await sweep(store)).timedOut, []);
    await under.advance(20_000);
    assert.equal((await sweep(store)).timedOut.length, 1);
  });

  it("reclaims rather than times out where the session died as well", async () => {
    const { store, under } = fixture;
    await submit(store, { attemptTimeoutMs: 5_000 });
    await leaseOne(store, await openSession(store));
    await under.advance(TTL_MS + 5_000);
    const swept = await sweep(store);
    assert.deepEqual([swept.reclaimed.length, swept.timedOut.length], [1, 0]);
  });

  it("purges what is past its retention, and says how soon the next is (G13)", async () => {
    const { store, under } = fixture;
    const session = await openSession(store, { ttlMs: 3_600_000 });
    for (const retentionMs of [10_000, 10_000, 60_000]) {
      await submit(store, { retentionMs });
      await settle(store, await leaseOne(store, session), complete());
    }
    await under.advance(20_000);
    const swept = await sweep(store);
    assert.equal(swept.purged, 2);
    assertNear(swept.nextInMs, 40_000, "next");
    assert.equal((await countsOf(store)).SUCCEEDED, 1);
  });

  it("purges what it has just expired or killed where that is kept no longer (G13)", async () => {
    const { store, under } = fixture;
    await submit(store, { startDeadlineMs: 10_000, retentionMs: 0 });
    await under.advance(20_000);
    const swept = await sweep(store);
    assert.deepEqual([swept.expired, swept.purged], [1, 1]);
  });

  it("sweeps one queue only", async () => {
    const { store, under } = fixture;
    const queue = "sms" as QueueName;
    await submit(store, { queue, due: { kind: "after", delayMs: 5_000 } });
    await cancel(store, await submit(store, { queue, retentionMs: 0 }));
    await under.advance(10_000);
    const here = await sweep(store);
    assert.deepEqual(here, { ...NOTHING, nextInMs: null });
    const there = await sweep(store, queue);
    assert.deepEqual([there.promoted, there.purged], [1, 1]);
  });

  it("has nothing left to do after it did it", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(3, { due: { kind: "after", delayMs: 5_000 } }));
    await under.advance(5_000 + SLACK_MS);
    assert.equal(only([await sweep(store)]).promoted, 3);
    assert.deepEqual(await sweep(store), { ...NOTHING, nextInMs: null });
  });
}
