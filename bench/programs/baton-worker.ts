import { type ReceivedTask, Worker } from "@baton/worker-sdk";
import { answerCommands } from "./commands.ts";
import type { Stamped } from "./pace.ts";
import { noteStart, takeStartLatencies } from "./start-latencies.ts";

interface Opening {
  readonly queues: readonly string[];
  /** How many workers share the queues; each takes up to 64 of them. */
  readonly workers: number;
  readonly concurrency: number;
}

const MAX_QUEUES = 64;
const address = process.argv[2] ?? "";

let workers: Worker[] = [];
let ended = 0;
let wanted = Number.POSITIVE_INFINITY;
let reached: () => void = () => undefined;

answerCommands({ open, finish, takeStartLatencies });

/** Resolves once every worker is connected. */
async function open({ queues, workers: count, concurrency }: Opening): Promise<void> {
  ended = 0;
  wanted = Number.POSITIVE_INFINITY;
  await Promise.all(
    Array.from({ length: count }, (_, at) => {
      const first = (at * MAX_QUEUES) % queues.length;
      return openWorker(queues.slice(first, first + MAX_QUEUES), concurrency);
    }),
  );
}

/** Resolves once so many tasks were run and the dispatcher has their results. */
async function finish({ count }: { readonly count: number }): Promise<void> {
  wanted = count;
  if (ended < wanted) {
    await new Promise<void>((resolve) => {
      reached = resolve;
    });
  }
  const stopping = workers;
  workers = [];
  await Promise.all(stopping.map((worker) => worker.stop()));
}

function openWorker(queues: readonly string[], concurrency: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker({
      address,
      concurrency,
      queues: Object.fromEntries(queues.map((queue) => [queue, handle])),
      onStateChange: (state) => {
        if (state === "running") {
          resolve();
        }
      },
      onAttemptEnd: () => {
        ended += 1;
        if (ended === wanted) {
          reached();
        }
      },
    });
    workers.push(worker);
    worker.run().catch(reject);
  });
}

function handle({ payload }: ReceivedTask): { readonly done: true } {
  noteStart(payload as Partial<Stamped>);
  return { done: true };
}
