import type { QueueName, SessionId, TaskId } from "../../../domain/ids.ts";
import type { StoreHint } from "../../store.ts";

/** Gathers hints of one turn of the event loop and hands them to the listeners after it. */
export class Hints {
  readonly #listeners = new Set<(hint: StoreHint) => void>();
  /** Each with whether only a call on this very store brought it about whose answer tells as much. */
  readonly #ready = new Map<QueueName, boolean>();
  readonly #sessions = new Set<SessionId>();
  readonly #tasks = new Set<TaskId>();
  #isScheduled = false;

  /** Adds a listener; the function returned takes it away. */
  listen(listener: (hint: StoreHint) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Forgets the listeners and what they were not told yet. */
  clear(): void {
    this.#listeners.clear();
    this.#forgetPending();
  }

  queueReady(queue: QueueName, isOwn: boolean): void {
    this.#ready.set(queue, isOwn && this.#ready.get(queue) !== false);
    this.#schedule();
  }

  sessionNoticed(sessionId: SessionId): void {
    this.#sessions.add(sessionId);
    this.#schedule();
  }

  taskChanged(taskId: TaskId): void {
    this.#tasks.add(taskId);
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#deliver();
      });
    }
  }

  #deliver(): void {
    const hints: StoreHint[] = [];
    for (const [queue, isOwn] of this.#ready) {
      hints.push({ kind: "ready", queue, isOwn });
    }
    for (const sessionId of this.#sessions) {
      hints.push({ kind: "session", sessionId });
    }
    if (this.#tasks.size > 0) {
      hints.push({ kind: "tasks", taskIds: [...this.#tasks] });
    }
    this.#forgetPending();
    for (const hint of hints) {
      for (const listener of this.#listeners) {
        listener(hint);
      }
    }
  }

  #forgetPending(): void {
    this.#ready.clear();
    this.#sessions.clear();
    this.#tasks.clear();
  }
}
