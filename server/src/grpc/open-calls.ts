import { TaskError } from "../domain/errors.ts";

/** The calls that last as long as their caller likes, so that a shutdown can end them. */
export class OpenCalls {
  readonly #open = new Set<(reason: TaskError) => void>();
  #reason: TaskError | null = null;

  /**
   * Remembers how to end a call; ends it at once where a shutdown has begun.
   *
   * @returns what to call when it is over
   */
  add(end: (reason: TaskError) => void): () => void {
    if (this.#reason !== null) {
      end(this.#reason);
      return () => {};
    }
    this.#open.add(end);
    return () => {
      this.#open.delete(end);
    };
  }

  /** Ends every call, and from now on each new one. */
  endAll(): void {
    this.#reason = new TaskError("DRAINING", "this dispatcher is shutting down");
    const open = [...this.#open];
    this.#open.clear();
    for (const end of open) {
      end(this.#reason);
    }
  }
}
