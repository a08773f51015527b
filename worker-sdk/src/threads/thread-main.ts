import { inspect } from "node:util";
import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { systemClock } from "@baton/proto/shared";
import type { Handler } from "../handler/handler.ts";
import { runInTask } from "../handler/task-context.ts";
import { runInTrace } from "../telemetry/carried-trace.ts";
import { carryError, rebuildAbort } from "./carried-error.ts";
import { notClonable, toCross } from "./crossing.ts";
import {
  type Ending,
  type FromThread,
  MAX_UNREAD,
  type Saying,
  type Start,
  type ThreadData,
  type ToThread,
} from "./messages.ts";
import { ThreadContext } from "./thread-context.ts";

// What a thread runs: one attempt after the other, each with the handler of the module.
const { module, port, unread } = workerData as ThreadData;
let running: ThreadContext | undefined;

const loading = load();
// Told to whom the first task belongs.
loading.catch(() => {});
port.on("message", hear);

async function load(): Promise<Handler> {
  const { default: exported } = await import(module);
  // What was compiled to CommonJS has its default export inside.
  const handler = typeof exported === "function" ? exported : exported?.default;
  if (typeof handler !== "function") {
    throw new TypeError("its default export is no function");
  }
  return handler as Handler;
}

function hear(message: ToThread): void {
  if (message.kind === "start") {
    void run(message);
  } else if (message.number === running?.number) {
    running.abort(rebuildAbort(message.reason));
  }
}

function look(): void {
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    hear(next.message);
  }
}

async function run(start: Start): Promise<void> {
  const { number, task, trace } = start;
  const say = (saying: Saying): void => sayTo(number, saying);
  const context = new ThreadContext(start, { say, look }, systemClock);
  running = context;
  let handler: Handler;
  try {
    handler = await loading;
  } catch (error) {
    end(number, { kind: "unusable", error: carryError(error) });
    return;
  }
  try {
    const result = await runInTrace(trace, () => runInTask(context, handler, task));
    context.end();
    complete(number, result);
  } catch (error) {
    context.end();
    end(number, { kind: "failed", error: carryError(error) });
  }
}

function complete(number: number, result: unknown): void {
  const { value, transfer } = toCross(result);
  const message: FromThread = { kind: "completed", number, result: value };
  try {
    port.postMessage(message, transfer);
  } catch (error) {
    throw notClonable("result", result, error);
  }
}

function end(number: number, ending: Ending): void {
  port.postMessage({ ...ending, number } satisfies FromThread);
}

function sayTo(number: number, saying: Saying): void {
  for (let count = Atomics.load(unread, 0); count >= MAX_UNREAD; count = Atomics.load(unread, 0)) {
    Atomics.wait(unread, 0, count);
  }
  const message: FromThread = { ...saying, number };
  try {
    port.postMessage(message);
  } catch {
    // Only what is logged may be anything at all; a line in other words is better than none.
    const fields = saying.kind === "log" ? { fields: inspect(saying.fields) } : {};
    port.postMessage({ ...message, fields });
  }
  Atomics.add(unread, 0, 1);
}
