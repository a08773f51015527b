import type { Fixture } from "../../fixture.ts";
import { describeLimitChanges } from "./limit-changes.ts";
import { describeLimitCounts } from "./limit-counts.ts";
import { describeLimitHints } from "./limit-hints.ts";
import { describeLimitPlaces } from "./limit-places.ts";

/** How many may run at once (G10). */
export function describeLimits(fixture: Fixture): void {
  describeLimitCounts(fixture);
  describeLimitPlaces(fixture);
  describeLimitChanges(fixture);
  describeLimitHints(fixture);
}
