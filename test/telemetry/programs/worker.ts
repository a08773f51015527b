import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";

// Runs the tasks of the tracing tests until SIGTERM; says `connected`, and `started TYPE` for each attempt.
const address = process.env.BATON_ADDRESS ?? "";
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const client = new TaskClient({ address });

const worker = new Worker({
  address,
  workerId: process.env.BATON_WORKER_ID ?? "worker",
  concurrency: 4,
  logger: silentLogger,
  queues: {
    traced: async (task, context) => {
      process.stdout.write(`started ${task.type}\n`);
      switch (task.type) {
        case "flaky":
          if (context.attempt < 3) {
            throw new RangeError("not yet");
          }
          return "at last";
        case "parent":
          await Promise.all([1, 2].map((child) => client.submit("traced", "plain", { child })));
          return "submitted";
        case "hangs_once":
          if (context.crashes === 0) {
            await new Promise((_, reject) => {
              context.signal.addEventListener("abort", () => reject(context.signal.reason));
            });
          }
          return "done by another";
        default:
          return "done";
      }
    },
  },
  onStateChange: (state) => {
    if (state === "running") {
      process.stdout.write("connected\n");
    }
  },
});
await worker.run({ signal: stop.signal });
await client.close();
