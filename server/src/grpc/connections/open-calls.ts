import { drainingError, TaskError } from "../../domain/errors.ts";
import type { CallOfPeer, ConnectionAges } from "./connection-ages.ts";

const TOO_OLD = new TaskError("DRAINING", "this connection is old; call again on another");

/** The calls that last as long as their caller likes, so that a shutdown or their connection's age can end them. */
export class OpenCalls {
  readonly #ages: ConnectionAges;
  readonly #open = new Set<(reason: TaskError) => void>();
  #reason: TaskError | null = null;

  constructor(ages: ConnectionAges) {
    this.#ages = ages;
  }

  /**
   * Remembers how to end a call; ends it at once where a shutdown has begun.
   *
   * @returns what to call when it is over
   */
  add(call: CallOfPeer, end: (reason: TaskError) => void): () => void {
    if (this.#reason !== null) {
      end(this.#reason);
      return () => {};
    }
    this.#open.add(end);
    const forget = this.#ages.add(call, () => end(TOO_OLD));
    return () => {
      forget();
      this.#open.delete(end);
    };
  }

  /** Ends every call, and from now on each new one. */
  endAll(): void {
    this.#reason = drainingError({});
    const open = [...this.#open];
    this.#open.clear();
    for (const end of open) {
      end(this.#reason);
    }
  }
}
