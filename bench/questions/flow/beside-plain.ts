import { type QueueSettings, TaskClient } from "@baton/worker-sdk";
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

/** Tasks with keys, beside the same without. */
interface Variant {
  readonly key: string;
  readonly label: string;
  /** How many keys so many tasks have; null for none. */
  readonly keysOf: ((tasks: number) => number) | null;
  readonly settings: Partial<QueueSettings> | null;
}

const PLAIN: Variant = { key: "plain", label: "no keys", keysOf: null, settings: null };
/** More than 200 handlers need at once on average, and less than they now and then take of one key. */
const LIMITED = { keyConcurrencyLimit: 5 };
const RATED = { keyRateLimit: { tasks: 1_000_000, periodMs: 1_000 } };

/** What do a few keys with limits cost? */
export const flowLimits: Question = {
  name: "flow-limits",
  isQuick: true,
  async ask(beds, effort) {
    const keysOf = (): number => FEW_KEYS;
    const { contenders, measured, compared } = await run(
      [await beds.redis(), await beds.sqlite()],
      [
        PLAIN,
        { key: "keys", label: "keys", keysOf, settings: null },
        { key: "limits", label: "keys with limits", keysOf, settings: LIMITED },
        {
          key: "rates",
          label: "keys with limits and rates",
          keysOf,
          settings: { ...LIMITED, ...RATED },
        },
      ],
      { ...effort, work: submitAndWork },
    );
    return {
      name: "flow-limits",
      title: `Limits on ${FEW_KEYS} keys`,
      method:
        `Submit and process at once, as above, with tasks of ${FEW_KEYS} concurrency keys in turn; each with a limit of ` +
        `${LIMITED.keyConcurrencyLimit} at once, and with a rate that it does not reach.`,
      figures: figuresOf(contenders, measured),
      ratios: compared(0.75),
      plots: [],
    };
  },
};

/** What do keys cost of which there are as many as tasks? */
export const flowManyKeys: Question = {
  name: "flow-many-keys",
  isQuick: true,
  async ask(beds, effort) {
    const tasks = (effort.isQuick ? QUICK_SIZES : FULL_SIZES).manyKeys;
    const { contenders, measured, compared } = await run(
      [await beds.redis(), await beds.sqlite()],
      [PLAIN, { key: "keys", label: "a key each", keysOf: (count) => count, settings: null }],
      { ...effort, tasks, work: submitThenWork },
    );
    return {
      name: "flow-many-keys",
      title: "As many keys as tasks",
      method:
        `${tasks} tasks are submitted in batches, each of another concurrency key or without one, and then taken by one worker, ` +
        `${CONCURRENCY} handlers at once; from the first submit to the last result recorded.`,
      figures: figuresOf(contenders, measured),
      ratios: compared(0.5),
      plots: [],
    };
  },
};

interface Work {
  readonly warmUpRounds: number;
  readonly rounds: number;
  readonly tasks: number;
  readonly work: typeof submitAndWork;
}

async function run(
  beds: readonly BatonBed[],
  variants: readonly Variant[],
  { work, tasks, ...effort }: Work,
) {
  const contenders = beds.flatMap((bed) =>
    variants.map((variant): Contender => {
      const { key, label, keysOf, settings } = variant;
      const keys = keysOf === null ? {} : { keys: keysOf(tasks) };
      return {
        key: `${bed.name}.${key}`,
        label: `${bed.name}, ${label}`,
        run: async () => {
          const queue = newQueue();
          await configure(bed, queue, settings);
          return work(bed, { queues: [queue], count: tasks, payloadBytes: PAYLOAD_BYTES, ...keys });
        },
      };
    }),
  );
  const measured = await interleaved(contenders, effort);
  const compared = (target: number) =>
    beds.flatMap(({ name }) =>
      variants.slice(1).map(({ key, label }) =>
        ratioOf(measured, {
          label: `${name}, ${label} : none`,
          of: `${name}.${key}`,
          to: `${name}.${PLAIN.key}`,
          what: "perSecond",
          target: least(target),
        }),
      ),
    );
  return { contenders, measured, compared };
}

async function configure(
  { address }: BatonBed,
  queue: string,
  settings: Partial<QueueSettings> | null,
): Promise<void> {
  if (settings !== null) {
    const client = new TaskClient({ address });
    await client.queues.update(queue, settings);
    await client.close();
  }
}

type Load = Parameters<BatonBed["submit"]>[1];

async function submitAndWork(bed: BatonBed, load: Load) {
  const { queues, count } = load;
  await bed.openWorkers({ queues, workers: 1, concurrency: CONCURRENCY });
  return timed(bed, count, () => Promise.all([bed.submit("batched", load), bed.finish(count)]));
}

function submitThenWork(bed: BatonBed, load: Load) {
  const { queues, count } = load;
  return timed(bed, count, async () => {
    await bed.submit("batched", load);
    await bed.openWorkers({ queues, workers: 1, concurrency: CONCURRENCY });
    await bed.finish(count);
  });
}
