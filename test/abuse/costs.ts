// npm run costs [-- --store redis,sqlite --only tasks,workers --match List,Cancel --seconds 2]: sends every kind
// of request at its most expensive, and says what one costs a dispatcher and what others wait meanwhile.
import { parseArgs } from "node:util";
import { type CostPlan, costFiles, measureCosts } from "./support/cost-run.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite,redis" },
    only: { type: "string", default: costFiles().join(",") },
    match: { type: "string", default: "" },
    seconds: { type: "string", default: "2" },
  },
});

process.stdout.write(
  "| store | request | KiB | a second | ms of event loop each | ms a KiB | others' p99 before | meanwhile | longest |\n" +
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
);
for (const store of values.store.split(",") as CostPlan["store"][]) {
  for (const file of values.only.split(",")) {
    const words = values.match === "" ? [] : values.match.split(",");
    const forMs = Number(values.seconds) * 1_000;
    await measureCosts({ store, file, forMs, words }, (row) => {
      const kib = row.bytesEach / 1024;
      const cells = [
        store,
        row.title,
        kib.toFixed(kib < 10 ? 2 : 0),
        (row.requests / Number(values.seconds)).toFixed(1),
        row.msEach.toFixed(2),
        kib === 0 ? "" : (row.msEach / kib).toFixed(2),
        row.p99BeforeMs.toFixed(1),
        row.p99DuringMs.toFixed(1),
        row.maxDuringMs.toFixed(0),
      ];
      process.stdout.write(`| ${cells.join(" | ")} |\n`);
    });
  }
}
