import type { Clock, Timer } from "@baton/proto/shared";
import type { TaskContext } from "../handler/task-context.ts";
import { describeThrown } from "../values/thrown.ts";
import { carryAbort } from "./carried-error.ts";
import type { Saying, ToThread } from "./messages.ts";
import { ThreadError } from "./thread-error.ts";

/** What becomes of an attempt on a thread. */
export interface ThreadRunListener {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
  /** Tells the thread. */
  tell(message: ToThread): void;
  /** Ends the thread: the handler does not listen. */
  kill(reason: Error): void;
}

/** One attempt while a thread has it: passes on what the handler says, and when it shall stop. */
export class ThreadRun {
  readonly number: number;
  readonly #context: TaskContext;
  readonly #graceMs: number;
  readonly #clock: Clock;
  readonly #listener: ThreadRunListener;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#abort();
  #grace: Timer | undefined;

  constructor(
    number: number,
    context: TaskContext,
    graceMs: number,
    clock: Clock,
    listener: ThreadRunListener,
  ) {
    this.number = number;
    this.#context = context;
    this.#graceMs = graceMs;
    this.#clock = clock;
    this.#listener = listener;
    this.#signal = context.signal;
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** The handler says something. */
  hear(saying: Saying): void {
    switch (saying.kind) {
      case "progress":
        this.#context.progress(saying.fraction, saying.note);
        return;
      case "checkpoint":
        this.#context.saveCheckpoint(saying.bytes);
        return;
      case "log":
        this.#context.logger[saying.level](saying.fields, saying.message);
        return;
    }
  }

  resolve(result: unknown): void {
    this.#listener.resolve(result);
  }

  reject(reason: unknown): void {
    this.#listener.reject(reason);
  }

  /** It is over. */
  end(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#grace?.cancel();
  }

  #abort(): void {
    const { reason } = this.#signal;
    this.#listener.tell({ kind: "abort", number: this.number, reason: carryAbort(reason) });
    this.#grace = this.#clock.after(this.#graceMs, () => {
      const why = describeThrown(reason).message;
      this.#listener.kill(
        new ThreadError(
          `the handler's thread was ended: ${this.#graceMs} ms after its signal aborted (${why}) it still ran`,
          { cause: reason },
        ),
      );
    });
  }
}
