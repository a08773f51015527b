// A worker program: handlers on the SDK, which keeps the protocol.
import { setTimeout as sleep } from "node:timers/promises";
import { type Handler, NonRetryableError, Worker } from "@baton/worker-sdk";
import { threaded } from "@baton/worker-sdk/threads";
import { context, propagation } from "@opentelemetry/api";
import { startTracing } from "./tracing.ts";

const {
  BATON_ADDRESS = "127.0.0.1:7400",
  BATON_QUEUE = "demo",
  BATON_CONCURRENCY = "4",
} = process.env;

const handlers: Readonly<Record<string, Handler<Uint8Array, Uint8Array>>> = {
  echo: ({ payload }) => payload,
  async sleep({ payload }, { signal }) {
    await sleep(Number(textOf(payload)), undefined, { signal });
    return Buffer.from("slept");
  },
  fail({ payload }) {
    const type = textOf(payload);
    const error = type.startsWith("!")
      ? new NonRetryableError("asked to fail")
      : new Error("asked to fail");
    Object.defineProperty(error, "name", { value: type.replace(/^!/, "") });
    throw error;
  },
  trace() {
    const headers: Record<string, string> = {};
    propagation.inject(context.active(), headers);
    return Buffer.from(headers.traceparent ?? "");
  },
  bytes: ({ payload }) => Buffer.alloc(Number(textOf(payload))),
  primes: threaded<Uint8Array, Uint8Array>(new URL("./primes.ts", import.meta.url)),
};

/** Says on standard output when a handler starts and how it ends. */
function told(handler: Handler<Uint8Array, Uint8Array>): Handler<Uint8Array, Uint8Array> {
  return async (task, attempt) => {
    const lease = `${attempt.taskId} ${attempt.leaseToken}`;
    let how = "returned";
    console.log(`started ${lease}`);
    try {
      return await handler(task, attempt);
    } catch (error) {
      how = "failed";
      throw error;
    } finally {
      console.log(`ended ${lease} ${attempt.signal.aborted ? "stopped" : how}`);
    }
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

const stopTracing = startTracing("baton-example-typescript");
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const types = Object.fromEntries(
  Object.entries(handlers).map(([type, handler]) => [type, told(handler)]),
);
const worker = new Worker({
  address: BATON_ADDRESS,
  concurrency: Number(BATON_CONCURRENCY),
  queues: { [BATON_QUEUE]: { types } },
});
await worker.run({ signal: stop.signal });
await stopTracing();
