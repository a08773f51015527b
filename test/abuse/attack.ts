// npm run attack [-- --only unread-answers,gzip --peers 1 --seconds 5 --limit 512]: attacks dispatchers and says
// how they and their other callers fared. --table prints the rows of docs/reliability.md. --limit kills a dispatcher that takes more MiB, as a container does, with a heap as V8 sizes it there.
import { parseArgs } from "node:util";
import { attackNames, runAttack, titleOf } from "./support/attack-run.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: attackNames().join(",") },
    peers: { type: "string", default: "1" },
    seconds: { type: "string", default: "5" },
    limit: { type: "string" },
    table: { type: "boolean", default: false },
  },
});
const limitMiB = values.limit === undefined ? null : Number(values.limit);

for (const name of values.only.split(",")) {
  const peers = Number(values.peers);
  const result = await runAttack({ name, peers, forMs: Number(values.seconds) * 1_000, limitMiB });
  const { baselineMiB, peakMiB, p99BeforeMs, p99DuringMs, recoveredMs } = result;
  const { workBeforeMs, workDuringMs } = result;
  const cuts = Object.entries(result.cuts).map(([reason, count]) => `${count} ${reason}`);
  if (values.table) {
    const times = (workDuringMs / workBeforeMs).toFixed(1);
    const cells = [
      `\`${name}\``,
      await titleOf(name),
      `+${peakMiB - baselineMiB} MiB`,
      `${workBeforeMs.toFixed(0)} → ${workDuringMs.toFixed(0)} ms (${times} ×)`,
      `${(recoveredMs / 1_000).toFixed(1)} s`,
      cuts.join(", ") || "nothing",
    ];
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
    continue;
  }
  process.stdout.write(
    [
      `${name}: ${await titleOf(name)}, from ${peers} address${peers === 1 ? "" : "es"}`,
      `  memory    ${baselineMiB} MiB before, ${peakMiB} MiB at most: +${peakMiB - baselineMiB} MiB`,
      `  others    p99 ${p99BeforeMs.toFixed(1)} ms before, ${p99DuringMs.toFixed(1)} ms during: ` +
        `${(p99DuringMs / p99BeforeMs).toFixed(1)} times; ${result.failedProbes} of ${result.probes} failed`,
      `  turns     p99 ${workBeforeMs.toFixed(1)} ms of its processor before, ${workDuringMs.toFixed(1)} ms ` +
        `during: ${(workDuringMs / workBeforeMs).toFixed(1)} times`,
      `  after     ${recoveredMs.toFixed(0)} ms until others were served as before`,
      `  cut       ${cuts.join(", ") || "nothing"}`,
      `  survived  ${result.survived ? "yes" : "no"}`,
      "",
    ].join("\n"),
  );
}
