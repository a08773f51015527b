import { TaskClient } from "@baton/worker-sdk";
import type { BatonBed } from "../../beds/baton-bed.ts";
import { newQueue } from "../../beds/bed.ts";
import {
  type Contender,
  figuresOf,
  interleaved,
  least,
  ratioOf,
  timed,
} from "../../measuring/measure.ts";
import { CONCURRENCY, PAYLOAD_BYTES, type Question } from "../../question.ts";
import { FEW_KEYS, FULL_SIZES, QUICK_SIZES } from "./loads.ts";

const DAY_MS = 86_400_000;
const FREE = { rateLimit: { tasks: 1_000_000, periodMs: 1_000 } };

/** What do keys at their limit cost those that are not? */
export const flowParked: Question = {
  name: "flow-parked",
  isQuick: true,
  async ask(beds, effort) {
    const { tasks, isQuick } = effort;
    const { parkedKeys } = isQuick ? QUICK_SIZES : FULL_SIZES;
    const contenders: Contender[] = [];
    for (const bed of [await beds.redis(), await beds.sqlite()]) {
      for (const parked of [0, parkedKeys]) {
        const queue = await queueWithParked(bed, parked);
        contenders.push({
          key: `${bed.name}.${parked}`,
          label: `${bed.name}, beside ${parked === 0 ? "none" : parked.toLocaleString("en-US")}`,
          run: () => work(bed, queue, tasks),
        });
      }
    }
    const measured = await interleaved(contenders, effort);
    return {
      name: "flow-parked",
      title: "Beside keys at their limit",
      method:
        `Submit and process at once, as above, with tasks of ${FEW_KEYS} concurrency keys in turn, on a queue in which ` +
        `${parkedKeys} other keys have a task each that their rate holds back, and on one without them.`,
      figures: figuresOf(contenders, measured),
      ratios: ["Redis", "SQLite"].map((store) =>
        ratioOf(measured, {
          label: `Baton on ${store}, beside ${parkedKeys.toLocaleString("en-US")} : beside none`,
          of: `Baton on ${store}.${parkedKeys}`,
          to: `Baton on ${store}.0`,
          what: "perSecond",
          target: least(0.95),
        }),
      ),
      plots: [],
    };
  },
};

/** A queue in which a few keys have no limit to speak of, and so many others have run what they may in a day. */
async function queueWithParked(bed: BatonBed, parked: number): Promise<string> {
  const queue = newQueue();
  const client = new TaskClient({ address: bed.address });
  await client.queues.update(queue, { keyRateLimit: { tasks: 1, periodMs: DAY_MS, burst: 1 } });
  for (let key = 0; key < FEW_KEYS; key += 1) {
    await client.queues.putKey(queue, `k${key}`, FREE);
  }
  await client.close();
  if (parked > 0) {
    const load = { queues: [queue], payloadBytes: PAYLOAD_BYTES, keyPrefix: "parked" };
    await bed.submit("batched", { ...load, count: 2 * parked, keys: parked });
    await bed.openWorkers({ queues: [queue], workers: 1, concurrency: CONCURRENCY });
    await bed.finish(parked);
  }
  return queue;
}

async function work(bed: BatonBed, queue: string, count: number) {
  const load = { queues: [queue], count, payloadBytes: PAYLOAD_BYTES, keys: FEW_KEYS };
  await bed.openWorkers({ queues: [queue], workers: 1, concurrency: CONCURRENCY });
  return timed(bed, count, () => Promise.all([bed.submit("batched", load), bed.finish(count)]));
}
