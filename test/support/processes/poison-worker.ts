import { setTimeout as sleep } from "node:timers/promises";
import { silentLogger, Worker } from "@baton/worker-sdk";

const { BATON_ADDRESS = "", BATON_QUEUE = "" } = process.env;
const WORK_MS = 200;

/** A worker whose process is killed by one kind of task, while it is at work on all that it was granted. */
const worker = new Worker({
  address: BATON_ADDRESS,
  concurrency: 4,
  logger: silentLogger,
  queues: {
    [BATON_QUEUE]: {
      types: {
        harmless: async (_, { signal }) => sleep(WORK_MS, "done", { signal }),
        poison: async () => {
          await sleep(WORK_MS / 2);
          process.kill(process.pid, "SIGKILL");
        },
      },
    },
  },
});

await worker.run({});
