import { describeFencing } from "./fencing.ts";
import { useStore } from "./fixture.ts";
import type { StoreHarness } from "./harness.ts";
import { describeIdempotency } from "./idempotency.ts";
import { describeLease } from "./lease.ts";
import { describeOrder } from "./order.ts";
import { describeSettle } from "./settle.ts";
import { describeSubmit } from "./submit.ts";

/** Holds a store to every guarantee that `store.ts` names. */
export function describeStore(harness: StoreHarness): void {
  describe(`The ${harness.name} store`, () => {
    const fixture = useStore(harness);

    describe("submit", () => describeSubmit(fixture));
    describe("idempotency", () => describeIdempotency(fixture));
    describe("lease", () => describeLease(fixture));
    describe("order", () => describeOrder(fixture));
    describe("settle", () => describeSettle(fixture));
    describe("fencing", () => describeFencing(fixture));
  });
}
