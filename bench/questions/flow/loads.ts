import type { QueueName } from "../../../server/src/domain/ids.ts";
import { newQueue } from "../../beds/bed.ts";
import { putKey, putSettings } from "../../beds/queue-settings.ts";
import type { StoreBed } from "../../beds/store-bed.ts";
import { StoreWorker, submitKeyed } from "../../beds/store-worker.ts";

/** How many tasks and keys there are. */
export interface Sizes {
  readonly tasks: number;
  /** Keys of one task each. */
  readonly manyKeys: number;
  /** Keys that are at their limit. */
  readonly parkedKeys: number;
  /** Tasks of the one key that floods the queue. */
  readonly flood: number;
}

export const FULL_SIZES: Sizes = {
  tasks: 40_000,
  manyKeys: 100_000,
  parkedKeys: 10_000,
  flood: 1_000_000,
};
export const QUICK_SIZES: Sizes = {
  tasks: 4_000,
  manyKeys: 10_000,
  parkedKeys: 1_000,
  flood: 20_000,
};

/** Keys where there are not many. */
export const FEW_KEYS = 100;
const KEY_LIMIT = 4;

/** What is done on a store whose calls are timed. */
export interface StoreLoad {
  readonly key: string;
  readonly label: string;
  /** What is not timed comes before `begin`. */
  readonly run: (bed: StoreBed, sizes: Sizes, begin: () => Promise<unknown>) => Promise<void>;
}

/** The loads that flow control has to bear, and one without keys. */
export const STORE_LOADS: readonly StoreLoad[] = [
  {
    key: "plain",
    label: "no keys",
    run: async (bed, { tasks }) => {
      const { queue, worker } = await opened(bed);
      await submitKeyed(bed, queue, tasks, () => "");
      await worker.drain();
    },
  },
  {
    key: "limits",
    label: `${FEW_KEYS} keys with limits`,
    run: async (bed, { tasks }) => {
      const { queue, worker } = await opened(bed);
      await putSettings(bed, queue, { keyConcurrencyLimit: KEY_LIMIT });
      await submitKeyed(bed, queue, tasks, (at) => `k${at % FEW_KEYS}`);
      // More than the limits let go, so that keys are at theirs all the time.
      await worker.drain(KEY_LIMIT + 1);
    },
  },
  {
    key: "many",
    label: "as many keys as tasks",
    run: async (bed, { manyKeys }) => {
      const { queue, worker } = await opened(bed);
      await submitKeyed(bed, queue, manyKeys, (at) => `k${at}`);
      await worker.drain();
    },
  },
  {
    key: "parking",
    label: "keys that reach their limit",
    run: async (bed, { parkedKeys }) => {
      await withParked(bed, parkedKeys);
    },
  },
  {
    key: "parked",
    label: "beside keys at their limit",
    run: async (bed, { parkedKeys, tasks }, begin) => {
      const queue = await withParked(bed, parkedKeys);
      await begin();
      const worker = await StoreWorker.open(bed, queue);
      await submitKeyed(bed, queue, tasks, (at) => `free${at % FEW_KEYS}`);
      await worker.drain();
    },
  },
  {
    key: "flood",
    label: "one key with a flood",
    run: async (bed, { flood, tasks }) => {
      const { queue, worker } = await opened(bed);
      await submitKeyed(bed, queue, flood, () => "flood");
      await submitKeyed(bed, queue, tasks, (at) => `k${at % FEW_KEYS}`);
      for (let ran = 0; ran < 2 * tasks; ) {
        const { tasks: leased } = await worker.lease();
        await worker.settle(leased);
        ran += leased.length;
      }
    },
  },
];

async function opened(bed: StoreBed) {
  const queue = newQueue() as QueueName;
  return { queue, worker: await StoreWorker.open(bed, queue) };
}

/** A queue with so many keys that have one task leased, one READY, and no limit left; and a few that have no limit. */
async function withParked(bed: StoreBed, keys: number): Promise<QueueName> {
  const { queue, worker } = await opened(bed);
  await putSettings(bed, queue, { keyConcurrencyLimit: 1 });
  for (let key = 0; key < FEW_KEYS; key += 1) {
    await putKey(bed, queue, `free${key}`, { concurrencyLimit: 1_000_000 });
  }
  await submitKeyed(bed, queue, 2 * keys, (at) => `k${at % keys}`);
  const held = await worker.hold();
  if (held !== keys) {
    throw new Error(`${held} tasks of ${keys} keys are leased, where each may have one`);
  }
  return queue;
}
