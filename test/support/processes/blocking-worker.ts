import { setTimeout as sleep } from "node:timers/promises";
import { type Handler, Worker, type WorkerOptions } from "@baton/worker-sdk";

const { BATON_ADDRESS = "", BATON_QUEUE = "", BATON_OPTIONS = "{}" } = process.env;

/** Keeps the event loop from turning, as a long computation does. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

/** Says on standard output which handlers began, ended, and were told to stop. */
function told(run: (ms: number, signal: AbortSignal) => unknown): Handler<{ ms: number }> {
  return async ({ id, payload }, { signal }) => {
    console.log(`began ${id}`);
    signal.addEventListener("abort", () => console.log(`aborted ${id} ${signal.reason}`));
    await run(payload.ms, signal);
    console.log(`ended ${id}`);
  };
}

/** A worker whose handlers block its event loop, for tests that start it as a process of its own. */
const worker = new Worker({
  address: BATON_ADDRESS,
  ...(JSON.parse(BATON_OPTIONS) as Partial<WorkerOptions>),
  queues: {
    [BATON_QUEUE]: {
      types: {
        block: told((ms) => block(ms)),
        later: told(async (ms) => {
          for (let step = 0; step < 50; step += 1) {
            await Promise.resolve();
          }
          block(ms);
        }),
        nap: told(async (ms, signal) => sleep(ms, undefined, { signal })),
      },
    },
  },
  onStateChange: (state) => console.log(`state ${state}`),
});

const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());
await worker.run({ signal: stopping.signal });
