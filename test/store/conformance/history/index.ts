import type { Fixture } from "../fixture.ts";
import { describeBounds } from "./bounds.ts";
import { describeOutcomes } from "./outcomes.ts";

/** What became of a task's attempts. */
export function describeHistory(fixture: Fixture): void {
  describe("outcomes", () => describeOutcomes(fixture));
  describe("bounds", () => describeBounds(fixture));
}
