import type { TaskError } from "../../domain/errors.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import { isFinal } from "../../domain/task-state.ts";
import type { TaskFollower } from "../contract.ts";
import type { WatchHub } from "./watch-hub.ts";

/** Resolves with the task once it is final; rejects with the signal's reason, or where it is gone. */
export function awaitFinal(hub: WatchHub, id: TaskId, signal: AbortSignal): Promise<Task> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    let leave = (): void => {};
    const abort = (): void => {
      leave();
      reject(signal.reason);
    };
    const stop = (): void => {
      leave();
      signal.removeEventListener("abort", abort);
    };
    signal.addEventListener("abort", abort, { once: true });
    leave = hub.follow(id, {
      awaitsEnd: true,
      seen: (task) => {
        if (isFinal(task.state)) {
          stop();
          resolve(task);
        }
      },
      ended: (error) => {
        stop();
        reject(error);
      },
    });
  });
}

/** Yields the task now and after changes, its final state last; ends when the signal aborts. */
export async function* watchTask(
  hub: WatchHub,
  id: TaskId,
  signal: AbortSignal,
): AsyncGenerator<Task, void, undefined> {
  const feed = new Feed();
  const wake = (): void => feed.wake();
  signal.addEventListener("abort", wake, { once: true });
  const leave = hub.follow(id, feed);
  try {
    let shown: Task | null = null;
    while (!signal.aborted) {
      const task = feed.newest();
      if (task === null || (shown !== null && !isChanged(shown, task))) {
        await feed.more();
      } else {
        shown = task;
        yield task;
        if (isFinal(task.state)) {
          return;
        }
      }
    }
  } finally {
    leave();
    signal.removeEventListener("abort", wake);
  }
}

/** Keeps the newest of what a follower saw; what came in between is merged. */
class Feed implements TaskFollower {
  readonly awaitsEnd = false;
  #newest: Task | null = null;
  #error: TaskError | null = null;
  #wake: () => void = () => {};

  seen(task: Task): void {
    this.#newest = task;
    this.#wake();
  }

  ended(error: TaskError): void {
    this.#error = error;
    this.#wake();
  }

  wake(): void {
    this.#wake();
  }

  /** Returns what was seen last, null before the first; throws where there is nothing more. */
  newest(): Task | null {
    if (this.#error !== null) {
      throw this.#error;
    }
    return this.#newest;
  }

  /** Resolves at the next thing that happens. */
  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function isChanged(before: Task, now: Task): boolean {
  return (
    before.state !== now.state ||
    before.token !== now.token ||
    before.attempt !== now.attempt ||
    before.crashes !== now.crashes ||
    before.dueAtMs !== now.dueAtMs ||
    before.progress?.fraction !== now.progress?.fraction ||
    before.progress?.note !== now.progress?.note
  );
}
