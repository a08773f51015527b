import { hostname } from "node:os";
import { silentLogger, Worker } from "@baton/worker-sdk";
import { compressFile, type DemoTasks, QUEUE, TYPE } from "./compress.ts";

// A worker of the demo: compresses files until SIGTERM or SIGINT. Its output is lines for the program
// that started it: `started PATH`, `connected` and `stopped`.

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => stop.abort());
}

const worker = new Worker<DemoTasks>({
  address: process.env.BATON_ADDRESS ?? "127.0.0.1:7400",
  workerId: process.env.BATON_WORKER_ID ?? `${hostname()}-${process.pid}`,
  concurrency: 4,
  logger: silentLogger,
  queues: {
    [QUEUE]: {
      types: {
        [TYPE]: async ({ payload }, context) => {
          process.stdout.write(`started ${payload.path}\n`);
          if (context.attempt <= payload.failures) {
            throw new Error(`attempt ${context.attempt} fails on purpose`);
          }
          return compressFile(payload.path, context.signal);
        },
      },
    },
  },
  onStateChange: (state) => {
    if (state === "running") {
      process.stdout.write("connected\n");
    }
  },
});
await worker.run({ signal: stop.signal });
process.stdout.write("stopped\n");
