import type { QueueName } from "../../../server/src/domain/ids.ts";
import { newQueue } from "../../beds/bed.ts";
import { putKey } from "../../beds/queue-settings.ts";
import { STORES, type StoreBed, startStore } from "../../beds/store-bed.ts";
import { StoreWorker, submitKeyed } from "../../beds/store-worker.ts";
import { figure, most } from "../../measuring/measure.ts";
import type { Question } from "../../question.ts";
import type { Figure } from "../../report/finding.ts";

const KEYS = 50;
const WEIGHTS = 10;
const GRANTS = 10_000;
/** More than any key gets. */
const TASKS_A_KEY = (2 * GRANTS * WEIGHTS) / (KEYS * ((WEIGHTS + 1) / 2));

/** How exactly are grants shared between keys, in proportion to their weights? */
export const flowFairness: Question = {
  name: "flow-fairness",
  isQuick: true,
  async ask() {
    const figures: Figure[] = [];
    for (const store of STORES) {
      const bed = await startStore(store);
      try {
        const error = await farthestAhead(bed);
        const label = `${bed.name}: farthest that a key was ahead of another`;
        figures.push(figure(`${store}.ahead`, label, "grants", [error], most(1)));
      } finally {
        await bed.stop();
      }
    }
    return {
      name: "flow-fairness",
      title: "Fair shares",
      method:
        `${KEYS} keys with weights from 1 to ${WEIGHTS} have more tasks than are granted. ${GRANTS} are, in calls of 1 to 100; ` +
        "after each call every key is compared with the one that has least for its weight: by how many grants it is ahead of it.",
      figures,
      ratios: [],
      plots: [],
    };
  },
};

const weightOf = (key: number): number => 1 + (key % WEIGHTS);

async function farthestAhead(bed: StoreBed): Promise<number> {
  const queue = newQueue() as QueueName;
  const worker = await StoreWorker.open(bed, queue);
  for (let key = 0; key < KEYS; key += 1) {
    await putKey(bed, queue, `k${key}`, { weight: weightOf(key) });
  }
  await submitKeyed(bed, queue, KEYS * TASKS_A_KEY, (at) => `k${at % KEYS}`);
  const granted = Array.from({ length: KEYS }, () => 0);
  let farthest = 0;
  for (let grants = 0; grants < GRANTS; ) {
    const { tasks } = await worker.lease(1 + (grants % 100));
    for (const { spec } of tasks) {
      const key = Number(spec.concurrencyKey.slice(1));
      granted[key] = (granted[key] ?? 0) + 1;
    }
    grants += tasks.length;
    await worker.settle(tasks);
    farthest = Math.max(farthest, aheadIn(granted));
  }
  // Shares are sums of fractions.
  return Math.round(farthest * 1e6) / 1e6;
}

/** By how many of its own grants a key is ahead of the one that has least for its weight. */
function aheadIn(granted: readonly number[]): number {
  const least = Math.min(...granted.map((grants, key) => grants / weightOf(key)));
  return Math.max(...granted.map((grants, key) => grants - least * weightOf(key)));
}
