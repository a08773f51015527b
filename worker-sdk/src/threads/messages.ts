import type { MessagePort } from "node:worker_threads";
import type { ReceivedTask, TaskContext } from "../handler/task-context.ts";
import type { Logger } from "../logger.ts";
import type { CarriedAbort, CarriedError } from "./carried-error.ts";

/**
 * How many reports and log lines of a thread may wait to be read. A thread that says more waits: nobody's
 * memory grows because a handler tells its progress in every turn of a loop.
 */
export const MAX_UNREAD = 64;

/** What a thread is started with. */
export interface ThreadData {
  /** The handler's module, as a URL. */
  readonly module: string;
  readonly port: MessagePort;
  /** One number, shared: how many reports and log lines were sent and not read. */
  readonly unread: Int32Array;
}

/** What of an attempt's context does not change. */
export type AttemptFacts = Pick<
  TaskContext,
  | "attempt"
  | "maxAttempts"
  | "crashes"
  | "leaseToken"
  | "queuedMs"
  | "concurrencyKey"
  | "orderingKey"
  | "shard"
  | "checkpoint"
>;

/** One attempt for a thread to run. */
export interface Start {
  readonly kind: "start";
  /** Counts the attempts of a thread: what is said of an earlier one is passed over. */
  readonly number: number;
  readonly task: ReceivedTask;
  readonly facts: AttemptFacts;
  readonly remainingMs: number;
  /** The trace that the handler runs in, as headers. */
  readonly trace: Readonly<Record<string, string>>;
}

/** What the worker tells a thread. */
export type ToThread =
  | Start
  | { readonly kind: "abort"; readonly number: number; readonly reason: CarriedAbort };

/** What a handler says while it runs. */
export type Saying =
  | { readonly kind: "progress"; readonly fraction: number | null; readonly note: string }
  | { readonly kind: "checkpoint"; readonly bytes: Uint8Array }
  | {
      readonly kind: "log";
      readonly level: keyof Logger;
      readonly fields: object;
      readonly message: string;
    };

/** How a handler ended; `unusable`: its module could not be loaded. */
export type Ending =
  | { readonly kind: "completed"; readonly result: unknown }
  | { readonly kind: "failed"; readonly error: CarriedError }
  | { readonly kind: "unusable"; readonly error: CarriedError };

/** What a thread tells the worker. */
export type FromThread = (Saying | Ending) & { readonly number: number };
