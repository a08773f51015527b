import { extname } from "node:path";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import type { Clock } from "@baton/proto/shared";
import { ReleaseTaskError } from "../handler/handler-errors.ts";
import type { ReceivedTask, TaskContext } from "../handler/task-context.ts";
import { traceToCarry } from "../telemetry/carried-trace.ts";
import { describeThrown } from "../values/thrown.ts";
import { rebuildError } from "./carried-error.ts";
import { notClonable, toCross } from "./crossing.ts";
import type { FromThread, Start, ThreadData, ToThread } from "./messages.ts";
import { ThreadError } from "./thread-error.ts";
import type { ThreadSettings } from "./thread-options.ts";
import { ThreadRun } from "./thread-run.ts";

/** Beside this file, with the same ending: `.ts` in this repository, `.js` where it was built. */
const MAIN = new URL(`./thread-main${extname(import.meta.url)}`, import.meta.url);

/** A thread with the handler's module, which runs one attempt at a time. */
export class Thread {
  readonly #settings: ThreadSettings;
  readonly #clock: Clock;
  readonly #onDeath: (thread: Thread) => void;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #unread = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #state: "alive" | "ending" | "dead" = "alive";
  #started = 0;
  #run: ThreadRun | undefined;
  /** Why it ends, where this is known. */
  #reason: Error | undefined;
  #last: TaskContext | undefined;

  /** @param onDeath called when it is gone, for whatever reason, after its attempt has failed */
  constructor(settings: ThreadSettings, clock: Clock, onDeath: (thread: Thread) => void) {
    this.#settings = settings;
    this.#clock = clock;
    this.#onDeath = onDeath;
    const { port1, port2 } = new MessageChannel();
    const data: ThreadData = { module: settings.module, port: port2, unread: this.#unread };
    this.#worker = new Worker(MAIN, {
      name: "baton-handler",
      workerData: data,
      transferList: [port2],
      resourceLimits: settings.resourceLimits,
    });
    this.#port = port1;
    this.#port.on("message", (message: FromThread) => this.#hear(message));
    this.#port.on("messageerror", (error) => this.#kill(died(error)));
    // The thread itself keeps the process alive, and only while it has something to do.
    this.#port.unref();
    this.#worker.unref();
    this.#worker.on("error", (error) => {
      this.#reason ??= died(error);
    });
    this.#worker.on("exit", (code) => this.#gone(code));
  }

  /** Whether it can be given an attempt. */
  get isAlive(): boolean {
    return this.#state === "alive";
  }

  /** Runs an attempt; settles as the handler does, or rejects with why the thread died. */
  run(task: ReceivedTask, context: TaskContext): Promise<unknown> {
    this.#started += 1;
    const number = this.#started;
    return new Promise((resolve, reject) => {
      const { value, transfer } = toCross(task.payload);
      const start: Start = {
        kind: "start",
        number,
        task: { ...task, payload: value },
        facts: factsOf(context),
        remainingMs: context.remainingMs(),
        trace: { ...task.headers, ...traceToCarry() },
      };
      try {
        this.#port.postMessage(start satisfies ToThread, transfer);
      } catch (error) {
        reject(notClonable("payload", task.payload, error));
        return;
      }
      this.#worker.ref();
      this.#last = context;
      this.#run = new ThreadRun(number, context, this.#settings.graceMs, this.#clock, {
        resolve,
        reject,
        tell: (message) => this.#port.postMessage(message),
        kill: (reason) => this.#kill(reason),
      });
    });
  }

  /** Ends it, whatever it does; its task is given back. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#kill(new ReleaseTaskError(undefined, "the handler's threads were closed"));
    await this.#worker.terminate();
  }

  #hear(message: FromThread): void {
    const run = message.number === this.#run?.number ? this.#run : undefined;
    switch (message.kind) {
      case "completed":
        this.#finish()?.resolve(message.result);
        return;
      case "failed":
        this.#finish()?.reject(rebuildError(message.error));
        return;
      case "unusable":
        this.#kill(unusable(this.#settings.module, rebuildError(message.error)));
        return;
      default:
        Atomics.sub(this.#unread, 0, 1);
        Atomics.notify(this.#unread, 0);
        run?.hear(message);
    }
  }

  #finish(): ThreadRun | undefined {
    const run = this.#run;
    this.#run = undefined;
    run?.end();
    this.#worker.unref();
    return run;
  }

  #kill(reason: Error): void {
    if (this.#state === "alive") {
      this.#state = "ending";
      this.#reason = reason;
      void this.#worker.terminate();
    }
  }

  #gone(code: number): void {
    // What it had said before it died counts.
    for (let next = receiveMessageOnPort(this.#port); next; ) {
      this.#hear(next.message);
      next = receiveMessageOnPort(this.#port);
    }
    this.#port.close();
    const wasEnded = this.#state === "ending";
    this.#state = "dead";
    const reason = this.#reason ?? new ThreadError(`the handler's thread exited with code ${code}`);
    const run = this.#finish();
    if (run !== undefined) {
      run.reject(reason);
    } else if (!wasEnded) {
      const fields = { error: describeThrown(reason).message };
      this.#last?.logger.warn(fields, "a thread died after its handler had ended");
    }
    this.#onDeath(this);
  }
}

function factsOf(context: TaskContext): Start["facts"] {
  const { attempt, maxAttempts, crashes, leaseToken, queuedMs } = context;
  const { concurrencyKey, orderingKey, shard, checkpoint } = context;
  const facts = { attempt, maxAttempts, crashes, leaseToken, queuedMs };
  return { ...facts, concurrencyKey, orderingKey, shard, checkpoint };
}

function died(error: unknown): ThreadError {
  const { message } = describeThrown(error);
  return new ThreadError(`the handler's thread died: ${message}`, { cause: error });
}

function unusable(module: string, error: unknown): ThreadError {
  const { message } = describeThrown(error);
  return new ThreadError(`the handler's module ${module} cannot be used: ${message}`, {
    cause: error,
  });
}
