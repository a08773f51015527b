import { type Clock, LIMITS } from "@baton/proto/shared";
import { checkFraction, checkpointBytes, parseCheckpoint } from "../handler/reports.ts";
import type { Shard, TaskContext } from "../handler/task-context.ts";
import type { Logger } from "../logger.ts";
import { cutToBytes } from "../values/text.ts";
import { durationMs } from "../values/time-fields.ts";
import type { Received, Sent } from "../values/wire.ts";
import type { Lease } from "./lease-map.ts";

/** The attempt, as far as its handler sees it. */
interface AttemptOfContext {
  readonly granted: Omit<Received<"GrantedTask">, "payload">;
  readonly lease: Lease;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** The checkpoint that it saved. */
  readonly saved: Uint8Array | undefined;
  report(progress: Sent<"Progress">): void;
  save(checkpoint: Uint8Array): void;
}

/** What a handler sees of its attempt. */
export class AttemptContext implements TaskContext {
  readonly #attempt: AttemptOfContext;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(attempt: AttemptOfContext, clock: Clock, logger: Logger) {
    this.#attempt = attempt;
    this.#clock = clock;
    this.#logger = logger;
  }

  get taskId(): string {
    return this.#attempt.lease.taskId;
  }

  get queue(): string {
    return this.#attempt.granted.queue;
  }

  get type(): string {
    return this.#attempt.granted.type;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#attempt.granted.headers;
  }

  get attempt(): number {
    return this.#attempt.granted.attempt;
  }

  get maxAttempts(): number {
    return this.#attempt.granted.maxAttempts;
  }

  get crashes(): number {
    return this.#attempt.granted.crashes;
  }

  get leaseToken(): number {
    return this.#attempt.lease.leaseToken;
  }

  get queuedMs(): number {
    return durationMs(this.#attempt.granted.queued);
  }

  get concurrencyKey(): string | undefined {
    return this.#attempt.granted.concurrencyKey || undefined;
  }

  get orderingKey(): string | undefined {
    return this.#attempt.granted.orderingKey || undefined;
  }

  get shard(): Shard | undefined {
    const { shardIndex, shardTotal } = this.#attempt.granted;
    return shardTotal === 0 ? undefined : { index: shardIndex, total: shardTotal };
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  get logger(): Logger {
    return taskLogger(this.#logger, this);
  }

  get checkpoint(): Uint8Array | undefined {
    const { checkpoint } = this.#attempt.granted;
    return this.#attempt.saved ?? (checkpoint.byteLength === 0 ? undefined : checkpoint);
  }

  // Made when they are asked for, so that a handler may take them from the context as it takes the values.
  get checkpointJson(): TaskContext["checkpointJson"] {
    return <Checkpoint>() => parseCheckpoint<Checkpoint>(this.checkpoint);
  }

  get remainingMs(): TaskContext["remainingMs"] {
    return () => Math.max(0, this.#attempt.deadlineMs - this.#clock.monotonicMs());
  }

  get progress(): TaskContext["progress"] {
    return (fraction, note = "") => {
      checkFraction(fraction);
      const text = cutToBytes(String(note), LIMITS.maxNoteBytes);
      this.#attempt.report(fraction === null ? { note: text } : { fraction, note: text });
    };
  }

  get saveCheckpoint(): TaskContext["saveCheckpoint"] {
    return (checkpoint) => this.#attempt.save(checkpointBytes(checkpoint));
  }
}

function taskLogger(logger: Logger, context: TaskContext): Logger {
  const named = (fields: object): object => ({
    taskId: context.taskId,
    queue: context.queue,
    type: context.type,
    attempt: context.attempt,
    ...fields,
  });
  return {
    debug: (fields, message) => logger.debug(named(fields), message),
    info: (fields, message) => logger.info(named(fields), message),
    warn: (fields, message) => logger.warn(named(fields), message),
    error: (fields, message) => logger.error(named(fields), message),
  };
}
