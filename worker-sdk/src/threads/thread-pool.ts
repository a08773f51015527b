import type { Clock } from "@baton/proto/shared";
import { ReleaseTaskError } from "../handler/handler-errors.ts";
import type { ReceivedTask, TaskContext } from "../handler/task-context.ts";
import { Thread } from "./thread.ts";
import type { ThreadSettings } from "./thread-options.ts";

/** As for tasks that wait for their start: one that waited for this part of its attempt's time has too little left. */
const MAX_WAITED = 0.1;

interface Waiting {
  take(thread: Thread): void;
  refuse(reason: unknown): void;
}

/** Threads for one handler: started when they are needed, kept until they die or all are closed. */
export class ThreadPool {
  readonly #settings: ThreadSettings;
  readonly #clock: Clock;
  readonly #threads = new Set<Thread>();
  readonly #waiting = new Set<Waiting>();
  #idle: Thread[] = [];
  #isClosed = false;

  constructor(settings: ThreadSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Runs an attempt on a thread that is free, or as soon as one is. */
  async run(task: ReceivedTask, context: TaskContext): Promise<unknown> {
    const thread = await this.#free(context);
    try {
      context.signal.throwIfAborted();
      return await thread.run(task, context);
    } finally {
      this.#giveBack(thread);
    }
  }

  /** Ends all threads, gives back what runs or waits, and takes nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting) {
      waiting.refuse(closed());
    }
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #free(context: TaskContext): Thread | Promise<Thread> {
    context.signal.throwIfAborted();
    if (this.#isClosed) {
      throw closed();
    }
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      return idle;
    }
    return this.#threads.size < this.#settings.threads ? this.#start() : this.#wait(context);
  }

  #start(): Thread {
    const thread = new Thread(this.#settings, this.#clock, (dead) => this.#forget(dead));
    this.#threads.add(thread);
    return thread;
  }

  #wait(context: TaskContext): Promise<Thread> {
    const { signal } = context;
    const patienceMs = context.remainingMs() * MAX_WAITED;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiting.refuse(signal.reason);
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener("abort", onAbort);
        timer?.cancel();
      };
      const waiting: Waiting = {
        take(thread) {
          leave();
          resolve(thread);
        },
        refuse(reason) {
          leave();
          reject(reason);
        },
      };
      const timer = Number.isFinite(patienceMs)
        ? this.#clock.after(patienceMs, () => waiting.refuse(tooLate()))
        : undefined;
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  #giveBack(thread: Thread): void {
    if (!thread.isAlive) {
      return;
    }
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#idle.push(thread);
    } else {
      next.take(thread);
    }
  }

  #forget(dead: Thread): void {
    this.#threads.delete(dead);
    this.#idle = this.#idle.filter((thread) => thread !== dead);
    const [next] = this.#waiting;
    if (next !== undefined) {
      try {
        next.take(this.#start());
      } catch (error) {
        next.refuse(error);
      }
    }
  }
}

function closed(): ReleaseTaskError {
  return new ReleaseTaskError(undefined, "the handler's threads were closed");
}

function tooLate(): ReleaseTaskError {
  return new ReleaseTaskError(undefined, "it waited for long for a thread");
}
