// npm run chaos -- --seed 1 --seconds 60 --store sqlite|redis [--clock-jumps] [--keep]
import { parseArgs } from "node:util";
import { runChaos } from "../support/chaos.ts";
import {
  ALWAYS_EXPECTED,
  EXPECTED_OF_EVENTS,
  EXPECTED_OF_KILLS_MIDWAY,
} from "../support/checker/sometimes.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    store: { type: "string", default: "sqlite" },
    "clock-jumps": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const store = values.store === "redis" ? "redis" : "sqlite";
const expected = [
  ...ALWAYS_EXPECTED,
  ...(store === "redis" && !values["clock-jumps"] ? EXPECTED_OF_KILLS_MIDWAY : EXPECTED_OF_EVENTS),
];
console.log(`chaos: seed ${values.seed}, ${values.seconds} s, ${store}`);
const report = await runChaos({
  seed: Number(values.seed),
  store,
  forMs: Number(values.seconds) * 1000,
  keepFolder: values.keep,
  jumpsClock: values["clock-jumps"],
});
const { violations, sometimes, faults, ...figures } = report;
console.log(`faults: ${faults.join(" ")}`);
console.log(figures);
console.log(sometimes);
for (const { invariant, subject, text } of violations.slice(0, 30)) {
  console.log(`BROKEN ${invariant} ${subject}: ${text}`);
}
const unseen = expected.filter((name) => sometimes[name] === 0);
console.log(unseen.length === 0 ? "everything was reached" : `never reached: ${unseen.join(", ")}`);
console.log(violations.length === 0 ? "no promise was broken" : `${violations.length} broken`);
process.exitCode = violations.length === 0 && unseen.length === 0 ? 0 : 1;
