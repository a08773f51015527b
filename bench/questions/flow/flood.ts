import type { QueueName } from "../../../server/src/domain/ids.ts";
import { newQueue } from "../../beds/bed.ts";
import { STORES, type StoreBed, startStore } from "../../beds/store-bed.ts";
import { StoreWorker, submitKeyed } from "../../beds/store-worker.ts";
import { figure, most } from "../../measuring/measure.ts";
import type { Question } from "../../question.ts";
import { quantile, summaryOf } from "../../report/figures.ts";
import type { Figure, Ratio } from "../../report/finding.ts";
import { FEW_KEYS, FULL_SIZES, QUICK_SIZES } from "./loads.ts";

const GRANTS = 20_000;
/** A worker's that asks often, so that what waits is not all granted in one call. */
const LEASED = 10;
/** Of its share, which is one grant in so many as there are keys. */
const MOST_SHARES = 3;
const WARM_CALLS = 100;

/** How long does a small key wait beside one that floods the queue? */
export const flowFlood: Question = {
  name: "flow-flood",
  isQuick: true,
  async ask(_beds, { isQuick }) {
    const { flood } = isQuick ? QUICK_SIZES : FULL_SIZES;
    const figures: Figure[] = [];
    const ratios: Ratio[] = [];
    for (const store of STORES) {
      const bed = await startStore(store);
      try {
        const { waitedShares, waitedMs, shareMs, callsMs, coldMs } = await besideFlood(bed, flood);
        const name = `${store}`;
        figures.push(
          figure(`${name}.wait.p50`, `${bed.name}: a small key's wait, p50`, "ms", [
            at(waitedMs, 0.5),
          ]),
          figure(`${name}.wait.p99`, `${bed.name}: a small key's wait, p99`, "ms", [
            at(waitedMs, 0.99),
          ]),
          figure(`${name}.cold`, `${bed.name}: first lease call of a store just opened`, "ms", [
            coldMs,
          ]),
          figure(`${name}.warm`, `${bed.name}: lease call, p50`, "ms", [at(callsMs, 0.5)]),
        );
        const ratio = (key: string, label: string, value: number): Ratio => ({
          key: `${name}.${key}`,
          label: `${bed.name}: a small key's wait, p99 : its share, ${label}`,
          summary: summaryOf([value]),
          target: most(MOST_SHARES),
        });
        ratios.push(
          ratio("shares", "in grants", at(waitedShares, 0.99)),
          ratio("time", "in time", at(waitedMs, 0.99) / shareMs),
        );
      } finally {
        await bed.stop();
      }
    }
    return {
      name: "flow-flood",
      title: "One key floods a queue",
      method:
        `One key has ${flood} tasks, ${FEW_KEYS} others one at a time, each submitted when the one before is done. ` +
        `${GRANTS} grants in calls of ${LEASED}. A key's share is one grant in ${FEW_KEYS + 1}: its wait is as many grants as went to ` +
        "others meanwhile, from its submit to its own. Then the store is opened anew: its first lease call is cold.",
      figures,
      ratios,
      plots: [],
    };
  },
};

async function besideFlood(bed: StoreBed, flood: number) {
  const queue = newQueue() as QueueName;
  await submitKeyed(bed, queue, flood, () => "flood");
  const small = Array.from({ length: FEW_KEYS }, (_, key) => `k${key}`);
  await submitKeyed(bed, queue, FEW_KEYS, (key) => small[key] ?? "");
  const worker = await StoreWorker.open(bed, queue);
  const submitted = new Map(small.map((key) => [key, { grants: 0, ms: performance.now() }]));
  const waitedShares: number[] = [];
  const waitedMs: number[] = [];
  const startMs = performance.now();
  for (let grants = 0; grants < GRANTS; ) {
    const { tasks } = await worker.lease(LEASED);
    const nowMs = performance.now();
    const again: string[] = [];
    for (const { spec } of tasks) {
      grants += 1;
      const since = submitted.get(spec.concurrencyKey);
      if (since !== undefined) {
        waitedShares.push((grants - since.grants) / (FEW_KEYS + 1));
        waitedMs.push(nowMs - since.ms);
        again.push(spec.concurrencyKey);
      }
    }
    await worker.settle(tasks);
    await submitKeyed(bed, queue, again.length, (key) => again[key] ?? "");
    for (const key of again) {
      submitted.set(key, { grants, ms: performance.now() });
    }
  }
  const shareMs = ((performance.now() - startMs) * (FEW_KEYS + 1)) / GRANTS;
  return { waitedShares, waitedMs, shareMs, ...(await coldAndWarm(bed, queue)) };
}

async function coldAndWarm(bed: StoreBed, queue: QueueName) {
  await bed.reopen();
  const worker = await StoreWorker.open(bed, queue);
  const callsMs: number[] = [];
  for (let call = 0; call <= WARM_CALLS; call += 1) {
    const startMs = performance.now();
    const { tasks } = await worker.lease();
    callsMs.push(performance.now() - startMs);
    await worker.settle(tasks);
  }
  return { coldMs: callsMs.shift() ?? 0, callsMs };
}

function at(values: readonly number[], part: number): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    part,
  );
}
