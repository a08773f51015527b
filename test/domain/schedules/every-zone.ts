import { SWEPT_EXPRESSIONS, sweepZones } from "./zone-sweep.ts";

const zones = Intl.supportedValuesOf("timeZone");
const fromMs = Date.UTC(1990, 0, 1);
const untilMs = Date.UTC(2030, 0, 1);
console.log(
  `${zones.length} zones, tz data ${process.versions.tz}, 1990 to 2030, ${SWEPT_EXPRESSIONS.length} expressions`,
);
const count = sweepZones(zones, fromMs, untilMs, 6);
console.log(
  `no difference: ${count.zones} zones that differ, ${count.changes} changes of the clocks, ${count.ticks} ticks`,
);
