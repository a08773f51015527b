import assert from "node:assert/strict";
import { complete, find, leaseOne, openSession, settle, submit, sweep, TTL_MS } from "./actions.ts";
import type { Fixture } from "./fixture.ts";

/** What an old token may not do: the tests that no peer has. */
export function describeFencing(fixture: Fixture): void {
  it("refuses a stale token after a reclaim and a newer lease (G4)", async () => {
    const { store, under } = fixture;
    await submit(store);
    const old = await leaseOne(store, await openSession(store));
    await under.advance(TTL_MS + 5_000);
    await sweep(store);
    const newer = await leaseOne(store, await openSession(store));

    assert.deepEqual(await settle(store, old, complete("old")), { kind: "stale" });

    const task = await find(store, newer.id);
    assert.deepEqual([task.state, task.token], ["LEASED", newer.token]);
  });
}
