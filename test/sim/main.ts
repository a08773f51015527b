// npm run sim [-- --seeds 200 --from 1]; SEED=7 npm run sim replays one seed and prints what broke.
import { parseArgs } from "node:util";
import { simulate } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    /** Stops at the first seed that breaks a promise, and counts that as success. */
    "until-broken": { type: "boolean", default: false },
  },
});
const one = process.env.SEED;
const from = Number(one ?? values.from);
const count = one === undefined ? Number(values.seeds) : 1;
const startedAtMs = performance.now();
const totals: Record<string, number> = {};
let broken = 0;
let events = 0;

for (let seed = from; seed < from + count; seed += 1) {
  const report = await simulate(seed);
  events += report.events;
  for (const [name, seen] of Object.entries(report.sometimes)) {
    totals[name] = (totals[name] ?? 0) + seen;
  }
  if (report.violations.length > 0) {
    broken += 1;
    const names = [...new Set(report.violations.map(({ invariant }) => invariant))].join(" ");
    console.log(`BROKEN seed ${seed}: ${names} (SEED=${seed} npm run sim)`);
    for (const { invariant, subject, text } of report.violations.slice(0, one ? 30 : 3)) {
      console.log(`  ${invariant} ${subject}: ${text}`);
    }
    if (values["until-broken"]) {
      break;
    }
  }
  if (one !== undefined) {
    console.log(
      `${report.steps} steps, ${report.tasks} tasks, ${report.simulatedMs} ms of its time`,
    );
    if (process.env.SUBJECT !== undefined) {
      for (const event of report.history) {
        const line = JSON.stringify(event);
        if (line.includes(process.env.SUBJECT)) {
          console.log(line);
        }
      }
    }
  }
}
const seconds = (performance.now() - startedAtMs) / 1000;
console.log(totals);
console.log(
  `${count} seeds, ${events} events, ${seconds.toFixed(1)} s, ${Math.round((count / seconds) * 60)} seeds a minute, ${broken} broken`,
);
process.exitCode = broken === 0 ? 0 : 1;
