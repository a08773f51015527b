import type { Fixture } from "../fixture.ts";
import { describeBacklogs } from "./backlogs.ts";
import { describeBlockers } from "./blockers.ts";
import { describeFairness } from "./fairness.ts";
import { describeFigures } from "./figures.ts";
import { describeHolds } from "./holds.ts";
import { describeKeys } from "./keys.ts";
import { describeLeaving } from "./leaving.ts";
import { describeLimits } from "./limits/limits.ts";
import { describeOrdering } from "./ordering/ordering.ts";
import { describePause } from "./pause.ts";
import { describeRates } from "./rates.ts";
import { describeSettings } from "./settings.ts";

/** Limits, order and fair shares. */
export function describeFlow(fixture: Fixture): void {
  describe("settings", () => describeSettings(fixture));
  describe("pause", () => describePause(fixture));
  describe("limits", () => describeLimits(fixture));
  describe("rates", () => describeRates(fixture));
  describe("holds", () => describeHolds(fixture));
  describe("ordering", () => describeOrdering(fixture));
  describe("fairness", () => describeFairness(fixture));
  describe("backlogs", () => describeBacklogs(fixture));
  describe("blockers", () => describeBlockers(fixture));
  describe("keys", () => describeKeys(fixture));
  describe("figures", () => describeFigures(fixture));
  describe("leaving", () => describeLeaving(fixture));
}
