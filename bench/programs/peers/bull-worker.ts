import { Worker } from "bullmq";
import { answerCommands } from "../commands.ts";
import type { Stamped } from "../pace.ts";
import { noteStart, takeStartLatencies } from "../start-latencies.ts";

interface Opening {
  readonly queues: readonly string[];
  readonly concurrency: number;
}

const connection = { host: "127.0.0.1", port: Number(process.argv[2]) };

let worker: Worker | null = null;
let ended = 0;
let wanted = Number.POSITIVE_INFINITY;
let reached: () => void = () => undefined;

answerCommands({ open, finish, takeStartLatencies });

async function open({ queues, concurrency }: Opening): Promise<void> {
  ended = 0;
  wanted = Number.POSITIVE_INFINITY;
  worker = new Worker<Partial<Stamped>>(
    queues[0] ?? "",
    async ({ data }) => {
      noteStart(data);
      return { done: true };
    },
    { connection, concurrency },
  );
  worker.on("completed", () => {
    ended += 1;
    if (ended === wanted) {
      reached();
    }
  });
  await worker.waitUntilReady();
}

/** Resolves once the results of so many are recorded. */
async function finish({ count }: { readonly count: number }): Promise<void> {
  wanted = count;
  if (ended < wanted) {
    await new Promise<void>((resolve) => {
      reached = resolve;
    });
  }
  // Not waited for: how long it takes to close is not part of the work.
  void worker?.close();
}
