import assert from "node:assert/strict";
import type { TaskType } from "../../../../../server/src/domain/ids.ts";
import type { SettlementOutcome } from "../../../../../server/src/store/store.ts";
import { retryPolicy } from "../../../../support/task-factory.ts";
import {
  complete,
  lease,
  leaseOne,
  release,
  resume,
  retry,
  settle,
  timedOut,
} from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { idsOf, leaseAndCrash, leaseIds, openLong } from "../flow-actions.ts";
import { lineOf } from "./line.ts";

/** How long the first of an ordering key holds those behind it (G9). */
export function describeLineHeld(fixture: Fixture, concurrencyKey: string): void {
  const { put, workOff } = lineOf(fixture, concurrencyKey);

  const stays: Readonly<Record<string, SettlementOutcome>> = {
    "is retried at once": retry(),
    "backs off": retry(30_000),
    "is released": release(),
    "is released with a delay": release(30_000),
    "timed out": timedOut({ kind: "retry", delayMs: 30_000 }),
  };
  for (const [how, outcome] of Object.entries(stays)) {
    it(`holds the others while the first ${how} (G9)`, async () => {
      const { store, under } = fixture;
      const ids = [await put(), await put(), await put()];
      const session = await openLong(store);
      await settle(store, await leaseOne(store, session), outcome);
      const [again] = await lease(store, session);
      assert.ok(again === undefined || again.id === ids[0]);
      if (again !== undefined) {
        await settle(store, again, outcome);
      }
      await under.advance(40_000);
      assert.deepEqual(await workOff(), ids);
    });
  }

  it("holds the others while the first is reclaimed and leased again (G9)", async () => {
    const { store } = fixture;
    const ids = [await put(), await put()];
    await leaseAndCrash(store);
    const session = await openLong(store);
    const again = await leaseOne(store, session);
    assert.equal(again.id, ids[0]);
    assert.deepEqual(await lease(store, session), []);
    await settle(store, again, complete());
    assert.deepEqual(await workOff(), ids.slice(1));
  });

  it("holds the others while the first is given back by its session (G9)", async () => {
    const { store } = fixture;
    const ids = [await put(), await put()];
    const session = await openLong(store);
    await leaseOne(store, session);
    await resume(store, { session });
    assert.deepEqual(await workOff(), ids);
  });

  it("holds the others while the first may only be leased apart, and goes on after it (G9)", async () => {
    const { store } = fixture;
    const first = await put({ retryPolicy: retryPolicy({ maxCrashes: 2 }) });
    const second = await put();
    await leaseAndCrash(store);
    const session = await openLong(store);
    assert.deepEqual(await lease(store, session), []);
    const suspect = await leaseOne(store, session, { isApart: true });
    assert.equal(suspect.id, first);
    await settle(store, suspect, complete());
    assert.deepEqual(await workOff(), [second]);
  });

  it("holds the others while the first waits for its own session (G9)", async () => {
    const { store } = fixture;
    const own = await openLong(store);
    const first = await put({ shard: { index: 0, total: 1, sessionId: own.sessionId } });
    const second = await put();
    assert.deepEqual(await leaseIds(store), []);
    const head = await leaseOne(store, own);
    assert.equal(head.id, first);
    await settle(store, head, complete());
    assert.deepEqual(await workOff(), [second]);
  });

  it("holds the others of whatever type (G9)", async () => {
    const { store } = fixture;
    const [mail, text] = ["mail", "text"] as TaskType[];
    assert.ok(mail !== undefined && text !== undefined);
    const first = await put({ type: mail });
    const second = await put({ type: text });
    const session = await openLong(store);
    assert.deepEqual(await lease(store, session, { types: [text] }), []);
    const head = await leaseOne(store, session, { types: [mail] });
    assert.equal(head.id, first);
    assert.deepEqual(await lease(store, session), []);
    await settle(store, head, complete());
    assert.deepEqual(idsOf(await lease(store, session, { types: [text] })), [second]);
  });
}
