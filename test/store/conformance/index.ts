import { describeFencing } from "./fencing.ts";
import { useStore } from "./fixture.ts";
import type { StoreHarness } from "./harness.ts";
import { describeSubmit } from "./submit.ts";

/** Holds a store to every guarantee that `store.ts` names. */
export function describeStore(harness: StoreHarness): void {
  describe(`The ${harness.name} store`, () => {
    const fixture = useStore(harness);

    describe("submit", () => describeSubmit(fixture));
    describe("fencing", () => describeFencing(fixture));
  });
}
