import assert from "node:assert/strict";
import { die, lease, leaseOne, redrive, retry, settle } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { openLong } from "../flow-actions.ts";
import { lineOf } from "./line.ts";

/** Where redriven tasks stand in the line of their ordering key (G9). */
export function describeLineRedriven(fixture: Fixture, concurrencyKey: string): void {
  const { put, workOff } = lineOf(fixture, concurrencyKey);

  it("takes a redriven task before those that have not begun (G9)", async () => {
    const { store } = fixture;
    const dead = await put();
    const [second, third] = [await put(), await put()];
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    await redrive(store, dead);
    assert.deepEqual(await workOff(), [dead, second, third]);
  });

  it("takes a redriven task after the one that has begun, and before the rest (G9)", async () => {
    const { store, under } = fixture;
    const dead = await put();
    const [second, third] = [await put(), await put()];
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    const head = await leaseOne(store, session);
    assert.equal(head.id, second);
    await redrive(store, dead);
    assert.deepEqual(await lease(store, session), []);
    await settle(store, head, retry(10_000));
    assert.deepEqual(await lease(store, session), []);
    await under.advance(20_000);
    assert.deepEqual(await workOff(), [second, dead, third]);
  });

  it("takes redriven tasks in the order of their redrives (G9)", async () => {
    const { store } = fixture;
    const [one, two, three] = [await put(), await put(), await put()];
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    await settle(store, await leaseOne(store, session), die());
    await redrive(store, two);
    await redrive(store, one);
    assert.deepEqual(await workOff(), [two, one, three]);
  });

  it("redrives a task of a line that is empty (G9)", async () => {
    const { store } = fixture;
    const only = await put();
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    assert.deepEqual(await lease(store, session), []);
    await redrive(store, only);
    const later = await put();
    assert.deepEqual(await workOff(), [only, later]);
  });
}
