import { type CallKind, STORES, type StoreBed, startStore } from "../../beds/store-bed.ts";
import { figure, most } from "../../measuring/measure.ts";
import type { Question } from "../../question.ts";
import { quantile } from "../../report/figures.ts";
import type { Figure } from "../../report/finding.ts";
import { FULL_SIZES, QUICK_SIZES, type Sizes, STORE_LOADS, type StoreLoad } from "./loads.ts";

/** No call may hold up those behind it for longer, ms. */
const MOST_MS = 5;
const KINDS: readonly CallKind[] = ["submit", "lease", "settle"];

/** How long does a call keep a store, whatever keys and limits there are? */
export const flowScripts: Question = {
  name: "flow-scripts",
  isQuick: true,
  async ask(_beds, { isQuick }) {
    const sizes = isQuick ? QUICK_SIZES : FULL_SIZES;
    const { tasks, manyKeys, parkedKeys, flood } = sizes;
    const figures: Figure[] = [];
    for (const store of STORES) {
      for (const load of STORE_LOADS) {
        figures.push(...(await timesOf(store, load, sizes)));
      }
    }
    return {
      name: "flow-scripts",
      title: "Calls of a store under keys and limits",
      method:
        "How long a script takes on Redis by its own log, a call with its transaction on SQLite; one call at a time, with " +
        `200 tasks to submit, 100 to lease, 100 to settle. ${tasks} tasks without keys, or of 100 keys with limits that are reached ` +
        `all the time; ${manyKeys} keys of one task each; ${parkedKeys} keys that reach their limit of 1, and ${tasks} tasks of 100 ` +
        `other keys beside them; one key of ${flood} tasks beside 100 small ones.`,
      figures,
      ratios: [],
      plots: [],
    };
  },
};

async function timesOf(store: StoreBed["key"], load: StoreLoad, sizes: Sizes): Promise<Figure[]> {
  const bed = await startStore(store);
  try {
    // So that what is timed is compiled.
    await STORE_LOADS[0]?.run(bed, { ...sizes, tasks: 2_000 }, async () => {});
    await bed.takeTimes();
    await load.run(bed, sizes, () => bed.takeTimes());
    const times = await bed.takeTimes();
    return KINDS.filter((kind) => times[kind].length > 0).map((kind) => {
      const sorted = times[kind].toSorted((one, other) => one - other);
      const label = `${bed.name}, ${load.label}: ${kind}, p99`;
      const key = `${store}.${load.key}.${kind}`;
      return figure(key, label, "ms", [quantile(sorted, 0.99)], most(MOST_MS));
    });
  } finally {
    await bed.stop();
  }
}
