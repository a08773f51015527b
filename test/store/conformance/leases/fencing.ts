import assert from "node:assert/strict";
import type { LeaseToken } from "../../../../server/src/domain/ids.ts";
import type { SettlementOutcome } from "../../../../server/src/store/store.ts";
import { newSessionId, newTasks, retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  find,
  type HeldTask,
  lease,
  leaseOne,
  openSession,
  redrive,
  refOf,
  release,
  renew,
  report,
  resume,
  retry,
  settle,
  settlementOf,
  submit,
  sweep,
  TTL_MS,
  timedOut,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const STALE = { kind: "stale" };

const SETTLEMENTS: Readonly<Record<string, SettlementOutcome>> = {
  complete: complete("stale"),
  retry: retry(),
  die: die(),
  release: release(),
  "time out": timedOut(),
};

/** What an old token may not do: the tests that no peer has. */
export function describeFencing(fixture: Fixture): void {
  const leaseNew = async (maxCrashes = 3): Promise<HeldTask> => {
    await submit(fixture.store, { retryPolicy: retryPolicy({ maxCrashes }) });
    return leaseOne(fixture.store, await openSession(fixture.store));
  };
  const reclaim = async (): Promise<void> => {
    await fixture.under.advance(TTL_MS + 5_000);
    assert.equal((await sweep(fixture.store)).reclaimed.length, 1);
  };
  /** Asserts that no settlement and no report with the token is heard or changes anything. */
  const assertPowerless = async (
    old: HeldTask,
    settlements: Readonly<Record<string, SettlementOutcome>> = SETTLEMENTS,
  ): Promise<void> => {
    const { store } = fixture;
    const before = await find(store, old.id);
    for (const [what, outcome] of Object.entries(settlements)) {
      assert.deepEqual(await settle(store, old, outcome), STALE, what);
    }
    const said = { progress: { fraction: 1, note: "old" }, checkpoint: Buffer.from("old") };
    assert.equal(await report(store, old, said), "stale");
    assert.deepEqual(await find(store, old.id), before);
  };
  const { complete: completed, ...allButComplete } = SETTLEMENTS;
  const { release: released, ...allButRelease } = SETTLEMENTS;

  it("refuses a stale token after a reclaim and a newer lease (G4)", async () => {
    const { store } = fixture;
    const old = await leaseNew();
    await reclaim();
    const newer = await leaseOne(store, await openSession(store));
    assert.ok(newer.token > old.token);
    await assertPowerless(old);
    assert.equal((await settle(store, newer, complete("new"))).kind, "ok");
  });

  it("refuses a stale token after its own retry and a newer lease (G4)", async () => {
    const { store } = fixture;
    const old = await leaseNew();
    await settle(store, old, retry());
    const newer = await leaseOne(store, await openSession(store));
    await assertPowerless(old);
    assert.equal(await report(store, newer), "ok");
  });

  it("keeps the newer attempt's checkpoint and progress from an old token (G4)", async () => {
    const { store } = fixture;
    const old = await leaseNew();
    await settle(store, old, release());
    const session = await openSession(store);
    const newer = await leaseOne(store, session);
    const said = { progress: { fraction: 0.2, note: "new" }, checkpoint: Buffer.from("new") };
    await report(store, newer, said);
    await assertPowerless(old);
    await settle(store, newer, retry());
    const last = await leaseOne(store, session);
    assert.deepEqual(Buffer.from(last.checkpoint), Buffer.from("new"));
  });

  it("takes a late completion between a reclaim and the next lease (G4)", async () => {
    const { store } = fixture;
    const old = await leaseNew();
    await reclaim();
    const outcome = await settle(store, old, complete("late"));
    assert.deepEqual(outcome, { kind: "ok", state: "SUCCEEDED", isRepeat: false });
    const task = await find(store, old.id);
    assert.deepEqual(Buffer.from(task.result?.value ?? []), Buffer.from("late"));
    assert.deepEqual([task.state, task.attempt, task.crashes], ["SUCCEEDED", 0, 1]);
    const repeat = await settle(store, old, complete("late"));
    assert.deepEqual(repeat, { kind: "ok", state: "SUCCEEDED", isRepeat: true });
    assert.deepEqual(await lease(store, await openSession(store)), []);
  });

  it("takes nothing but a completion between a reclaim and the next lease (G4)", async () => {
    const old = await leaseNew();
    await reclaim();
    await assertPowerless(old, allButComplete);
    assert.equal((await settle(fixture.store, old, completed as SettlementOutcome)).kind, "ok");
  });

  it("refuses a late completion of a task that was cancelled after the reclaim (G4)", async () => {
    const old = await leaseNew();
    await reclaim();
    await cancel(fixture.store, old.id);
    await assertPowerless(old);
  });

  it("refuses a late completion of a task that its last crash killed (G4)", async () => {
    const old = await leaseNew(1);
    await reclaim();
    assert.equal((await find(fixture.store, old.id)).state, "DEAD");
    await assertPowerless(old);
  });

  it("refuses every other end after a release (G4)", async () => {
    const old = await leaseNew();
    await settle(fixture.store, old, released as SettlementOutcome);
    await assertPowerless(old, allButRelease);
  });

  it("refuses every other end after a retry that waits (G4)", async () => {
    const old = await leaseNew();
    await settle(fixture.store, old, retry(60_000));
    const { retry: _retry, die: _die, ...others } = SETTLEMENTS;
    await assertPowerless(old, others);
  });

  it("refuses every other end after a completion (G4, G5)", async () => {
    const old = await leaseNew();
    await settle(fixture.store, old, complete());
    await assertPowerless(old, allButComplete);
  });

  it("refuses the worker after its attempt ran out of time (G4)", async () => {
    const old = await leaseNew();
    await settle(fixture.store, old, timedOut());
    const { "time out": _timeOut, ...others } = SETTLEMENTS;
    await assertPowerless(old, others);
  });

  it("refuses every end after a cancellation (G4, G5)", async () => {
    const old = await leaseNew();
    await cancel(fixture.store, old.id);
    await assertPowerless(old);
  });

  it("refuses the token of a dead task after its redrive (G4)", async () => {
    const { store } = fixture;
    const old = await leaseNew();
    await settle(store, old, die());
    await redrive(store, old.id);
    const { retry: _retry, die: _die, ...others } = SETTLEMENTS;
    await assertPowerless(old, others);
    await leaseOne(store, await openSession(store));
    await assertPowerless(old);
  });

  it("refuses a lease that was given back when its session was taken up (G4)", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const old = await leaseOne(store, session);
    await resume(store, { session, held: [] });
    await assertPowerless(old, allButRelease);
  });

  it("refuses tokens that were never given (G4)", async () => {
    const task = await leaseNew();
    for (const token of [0, 1, task.token - 1, task.token + 1, Number.MAX_SAFE_INTEGER]) {
      await assertPowerless({ ...task, token: token as LeaseToken });
    }
  });

  it("refuses tokens of tasks that were never leased", async () => {
    const { store } = fixture;
    const task = await leaseNew();
    const id = await submit(store);
    for (const token of [0, task.token]) {
      await assertPowerless({ ...task, id, token: token as LeaseToken });
    }
  });

  describe("from a session that has not the lease", () => {
    /** Asserts that the right token is worth nothing to a stranger who lives, and to one who does not. */
    const assertForgeryFails = async (held: HeldTask): Promise<void> => {
      const stranger = await openSession(fixture.store);
      for (const sessionId of [stranger.sessionId, newSessionId()]) {
        await assertPowerless({ ...held, sessionId });
      }
    };

    it("refuses the right token while the task runs, and hears its holder afterwards (G4)", async () => {
      const task = await leaseNew();
      await assertForgeryFails(task);
      assert.equal(await report(fixture.store, task), "ok");
      assert.equal((await settle(fixture.store, task, complete())).kind, "ok");
    });

    it("refuses it once the session is gone, until the reclaim and after it (G4)", async () => {
      const { store } = fixture;
      const task = await leaseNew();
      await fixture.under.advance(TTL_MS + 5_000);
      await assertForgeryFails(task);
      assert.equal((await sweep(store)).reclaimed.length, 1);
      await assertForgeryFails(task);
      const late = await settle(store, task, complete("late"));
      assert.deepEqual(late, { kind: "ok", state: "SUCCEEDED", isRepeat: false });
    });

    for (const [what, outcome] of Object.entries(SETTLEMENTS)) {
      it(`refuses to repeat what ended the lease: ${what} (G4)`, async () => {
        const { store } = fixture;
        const task = await leaseNew();
        const { kind } = await settle(store, task, outcome);
        assert.equal(kind, "ok");
        await assertForgeryFails(task);
        const repeat = await settle(store, task, outcome);
        assert.ok(repeat.kind === "ok" && repeat.isRepeat);
      });
    }

    it("refuses it for a task that is being leased again, to whoever had it before (G4)", async () => {
      const { store } = fixture;
      const old = await leaseNew();
      await settle(store, old, retry());
      const newer = await leaseOne(store, await openSession(store));
      await assertPowerless({ ...newer, sessionId: old.sessionId });
      assert.equal((await settle(store, newer, complete())).kind, "ok");
    });

    it("refuses it in a batch in which the holder settles others alike (G4)", async () => {
      const { store } = fixture;
      await store.submit(newTasks(3));
      const [a, b, c] = await lease(store, await openSession(store));
      assert.ok(a && b && c);
      const forged = { ...b, sessionId: newSessionId() };
      const batch = [a, forged, c, b, forged].map((task) => settlementOf(task, complete()));
      assert.deepEqual(
        (await store.settle(batch)).map(({ kind }) => kind),
        ["ok", "stale", "ok", "ok", "stale"],
      );
    });

    it("keeps nothing for it when it says that it holds the lease (G4)", async () => {
      const { store } = fixture;
      const task = await leaseNew();
      const { opened } = await resume(store, { held: [refOf(task)] });
      assert.deepEqual(opened, { kept: [], lost: [refOf(task)], released: [] });
      assert.equal(await report(store, task), "ok");
    });
  });

  it("settles by token and session alone, also when the session's ttl has passed, until the reclaim", async () => {
    const { store, under } = fixture;
    const [a, b, c] = [await leaseNew(), await leaseNew(), await leaseNew()];
    await under.advance(TTL_MS + 5_000);
    assert.equal(await report(store, a), "ok");
    assert.equal((await settle(store, a, complete())).kind, "ok");
    assert.equal((await settle(store, b, retry())).kind, "ok");
    assert.equal((await settle(store, c, release())).kind, "ok");
    assert.deepEqual((await sweep(store)).reclaimed, []);
  });

  it("lets either the completion or the reclaim win, never both (G5)", async () => {
    const { store, under } = fixture;
    const other = await under.another();
    for (let round = 0; round < 10; round += 1) {
      await submit(store);
      const session = await openSession(store);
      const task = await leaseOne(store, session);
      await renew(store, session, 0);
      const [outcome, swept] = await Promise.all([settle(store, task, complete()), sweep(other)]);
      assert.equal(outcome.kind, "ok");
      const { state, crashes } = await find(store, task.id);
      assert.equal(state, "SUCCEEDED");
      assert.equal(crashes, swept.reclaimed.length);
    }
  });
}
