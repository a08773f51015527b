import type { Clock } from "@baton/proto/shared";
import type { ClientSettings } from "../../channel/client-options.ts";
import { BatonError } from "../../values/baton-error.ts";
import type { Received } from "../../values/wire.ts";
import { AwaitLine } from "./await-line.ts";

/** Waits for tasks to be final, on one stream; on more where one may not await as many. */
export class Awaits {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #lines: AwaitLine[] = [];
  #isClosed = false;

  constructor(settings: ClientSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * Resolves with the task once it is final, however many streams that takes; rejects with
   * DEADLINE_EXCEEDED where it is not in time, and with the signal's reason where that aborts.
   *
   * @param timeoutMs infinity for no limit
   */
  untilFinal(taskId: string, timeoutMs: number, signal?: AbortSignal): Promise<Received<"Task">> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#isClosed) {
        throw new BatonError("CANCELLED", "the client is closed");
      }
      const drop = this.#line().add(taskId, timeoutMs, (error, task) => {
        signal?.removeEventListener("abort", abort);
        if (task === null) {
          reject(error);
        } else {
          resolve(task);
        }
      });
      const abort = (): void => {
        drop();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Ends every wait with CANCELLED, and the streams. */
  close(): void {
    this.#isClosed = true;
    for (const line of this.#lines) {
      line.end(new BatonError("CANCELLED", "the client was closed"));
    }
  }

  #line(): AwaitLine {
    const free = this.#lines.find(({ hasRoom }) => hasRoom);
    if (free !== undefined) {
      return free;
    }
    const line = new AwaitLine(this.#settings, this.#clock);
    this.#lines.push(line);
    return line;
  }
}
