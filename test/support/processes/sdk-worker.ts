import { setTimeout as sleep } from "node:timers/promises";
import { type Handler, NonRetryableError, silentLogger, Worker } from "@baton/worker-sdk";

const { BATON_ADDRESS = "", BATON_QUEUE = "", BATON_CONCURRENCY = "4" } = process.env;

/** Says on standard output what the conformance kit reads there. */
function told(handler: Handler<Uint8Array>): Handler<Uint8Array> {
  return async (task, context) => {
    const lease = `${context.taskId} ${context.leaseToken}`;
    console.log(`started ${lease}`);
    try {
      const result = await handler(task, context);
      console.log(`ended ${lease} ${context.signal.aborted ? "stopped" : "returned"}`);
      return result;
    } catch (error) {
      console.log(`ended ${lease} ${context.signal.aborted ? "stopped" : "failed"}`);
      throw error;
    }
  };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** The worker program that the conformance kit judges, made with the SDK. */
const worker = new Worker({
  address: BATON_ADDRESS,
  concurrency: Number(BATON_CONCURRENCY),
  logger: silentLogger,
  queues: {
    [BATON_QUEUE]: {
      types: {
        echo: told((task) => task.payload),
        sleep: told(async (task, { signal }) => {
          await sleep(Number(text(task.payload)), undefined, { signal });
          return Buffer.from("slept");
        }),
        fail: told((task) => {
          const type = text(task.payload);
          const failure = type.startsWith("!")
            ? new NonRetryableError("asked to fail")
            : new Error("asked to fail");
          Object.defineProperty(failure, "name", { value: type.replace(/^!/, "") });
          throw failure;
        }),
        trace: told((task) => {
          const [version, traceId, , flags] = (task.headers.traceparent ?? "").split("-");
          return Buffer.from([version, traceId, "00f067aa0ba902b7", flags].join("-"));
        }),
        bytes: told((task) => Buffer.alloc(Number(text(task.payload)))),
      },
    },
  },
});

const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());
await worker.run({ signal: stopping.signal });
