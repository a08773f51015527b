import assert from "node:assert/strict";
import { lease, leaseOne, tryResume } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { idsOf, openLong, setQueue, submitOf, submitOrdered } from "../flow-actions.ts";
import { describeLineDead } from "./line-dead.ts";
import { describeLineEnds } from "./line-ends.ts";
import { describeLineHeld } from "./line-held.ts";
import { describeLineOrder } from "./line-order.ts";
import { describeLineRedriven } from "./line-redriven.ts";

/** Tasks of one ordering key (G9), with a concurrency key around them and without. */
export function describeOrdering(fixture: Fixture): void {
  for (const concurrencyKey of ["", "acme"]) {
    describe(concurrencyKey === "" ? "without a concurrency key" : "within a concurrency key", () =>
      describeLine(fixture, concurrencyKey),
    );
  }

  it("lets an ordering key be another one in each concurrency key (G9)", async () => {
    const { store } = fixture;
    const first = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    const second = await submitOrdered(store, "o", { concurrencyKey: "bolt" });
    const third = await submitOrdered(store, "o");
    // One text must not pass for two of which it is made.
    const fourth = await submitOrdered(store, "bolto");
    const session = await openLong(store);
    assert.deepEqual(
      new Set(idsOf(await lease(store, session))),
      new Set([first, second, third, fourth]),
    );
  });

  it("says to who opens a session that there are tasks, where all wait behind a head", async () => {
    const { store } = fixture;
    await submitOrdered(store, "o");
    await submitOrdered(store, "o");
    await leaseOne(store, await openLong(store));
    const { outcome } = await tryResume(store, {});
    assert.ok(outcome.kind === "ok" && outcome.mayHaveTasks);
  });

  it("counts a head against the limits of its key, and none of those behind it", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 2 });
    const head = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    await submitOrdered(store, "o", { concurrencyKey: "acme" });
    const [free] = await submitOf(store, "acme", 2);
    const session = await openLong(store);
    assert.deepEqual(idsOf(await lease(store, session)), [head, free]);
  });
}

function describeLine(fixture: Fixture, concurrencyKey: string): void {
  describeLineOrder(fixture, concurrencyKey);
  describeLineHeld(fixture, concurrencyKey);
  describeLineEnds(fixture, concurrencyKey);
  describeLineRedriven(fixture, concurrencyKey);
  describeLineDead(fixture, concurrencyKey);
}
