import { type Clock, LIMITS } from "@baton/proto/shared";
import type { AbortReason } from "../handler/abort-reasons.ts";
import { checkFraction, checkpointBytes, parseCheckpoint } from "../handler/reports.ts";
import type { ReceivedTask, Shard, TaskContext } from "../handler/task-context.ts";
import type { Logger } from "../logger.ts";
import { cutToBytes } from "../values/text.ts";
import type { AttemptFacts, Saying, Start } from "./messages.ts";

/** How a context reaches the worker. */
export interface ThreadLine {
  /** Sends what the handler says. */
  say(saying: Saying): void;
  /** Reads at once what the worker sent: a handler that blocks its thread lets no event come. */
  look(): void;
}

/** What a handler on a thread sees of its attempt. */
export class ThreadContext implements TaskContext {
  readonly number: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly #task: ReceivedTask;
  readonly #facts: AttemptFacts;
  readonly #line: ThreadLine;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #controller = new AbortController();
  #checkpoint: Uint8Array | undefined;
  #hasEnded = false;

  constructor({ number, task, facts, remainingMs }: Start, line: ThreadLine, clock: Clock) {
    this.number = number;
    this.#task = task;
    this.#facts = facts;
    this.#line = line;
    this.#clock = clock;
    this.#deadlineMs = clock.monotonicMs() + remainingMs;
    this.#checkpoint = facts.checkpoint;
    this.signal = looking(this.#controller.signal, () => line.look());
    this.logger = {
      debug: (fields, message) => this.#log("debug", fields, message),
      info: (fields, message) => this.#log("info", fields, message),
      warn: (fields, message) => this.#log("warn", fields, message),
      error: (fields, message) => this.#log("error", fields, message),
    };
  }

  get taskId(): string {
    return this.#task.id;
  }

  get queue(): string {
    return this.#task.queue;
  }

  get type(): string {
    return this.#task.type;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#task.headers;
  }

  get attempt(): number {
    return this.#facts.attempt;
  }

  get maxAttempts(): number {
    return this.#facts.maxAttempts;
  }

  get crashes(): number {
    return this.#facts.crashes;
  }

  get leaseToken(): number {
    return this.#facts.leaseToken;
  }

  get queuedMs(): number {
    return this.#facts.queuedMs;
  }

  get concurrencyKey(): string | undefined {
    return this.#facts.concurrencyKey;
  }

  get orderingKey(): string | undefined {
    return this.#facts.orderingKey;
  }

  get shard(): Shard | undefined {
    return this.#facts.shard;
  }

  get checkpoint(): Uint8Array | undefined {
    return this.#checkpoint;
  }

  // Made when they are asked for, so that a handler may take them from the context as it takes the values.
  get checkpointJson(): TaskContext["checkpointJson"] {
    return <Checkpoint>() => parseCheckpoint<Checkpoint>(this.#checkpoint);
  }

  get remainingMs(): TaskContext["remainingMs"] {
    return () => Math.max(0, this.#deadlineMs - this.#clock.monotonicMs());
  }

  get progress(): TaskContext["progress"] {
    return (fraction, note = "") => {
      checkFraction(fraction);
      const text = cutToBytes(String(note), LIMITS.maxNoteBytes);
      this.#say({ kind: "progress", fraction, note: text });
    };
  }

  get saveCheckpoint(): TaskContext["saveCheckpoint"] {
    return (checkpoint) => {
      const bytes = checkpointBytes(checkpoint);
      this.#checkpoint = bytes;
      this.#say({ kind: "checkpoint", bytes });
    };
  }

  /** Aborts the handler's signal. */
  abort(reason: AbortReason): void {
    this.#controller.abort(reason);
  }

  /** The handler has ended: what it still says is of nobody's interest. */
  end(): void {
    this.#hasEnded = true;
  }

  #log(level: keyof Logger, fields: object, message: string): void {
    this.#say({ kind: "log", level, fields, message: String(message) });
  }

  #say(saying: Saying): void {
    if (!this.#hasEnded) {
      this.#line.say(saying);
    }
  }
}

/** Has the signal look for what came whenever it is asked, so that a loop without `await` can stop by it. */
function looking(signal: AbortSignal, look: () => void): AbortSignal {
  const isAborted = (): boolean => {
    look();
    return Reflect.get(AbortSignal.prototype, "aborted", signal) === true;
  };
  return Object.defineProperties(signal, {
    aborted: { get: isAborted, configurable: true },
    throwIfAborted: {
      value: () => {
        if (isAborted()) {
          throw signal.reason;
        }
      },
      configurable: true,
    },
  });
}
