import { backoffMs } from "./backoff.ts";
import { BatonError, type CallEnd, errorOfCall, type StatusCode } from "./baton-error.ts";
import { callUnary } from "./call.ts";
import { openClient } from "./channel.ts";
import type { ClientSettings } from "./client-options.ts";
import type { Clock } from "./clock.ts";
import { DEFAULTS } from "./limits.ts";
import { pause } from "./pause.ts";
import { type Received, services } from "./wire.ts";

const { service: methods } = services.TaskService;
type Client = InstanceType<typeof services.TaskService>;

/** A connection, and how many waits it carries. */
interface Carrier {
  readonly client: Client;
  load: number;
}

/** A wait under way. */
interface Wait {
  /** Aborts with the caller's signal, and when the client closes. */
  readonly signal: AbortSignal;
  readonly client: Client;
  end(): void;
}

/** Ends of a call that only reads, after which another call goes on. */
const PASSING: readonly StatusCode[] = ["UNAVAILABLE", "CANCELLED", "UNKNOWN", "INTERNAL"];
/** How long one call may wait; a longer wait is several. */
const MAX_CALL_MS = 60_000;
/** Below a dispatcher's limit of streams a connection, past which calls wait in silence. */
const MAX_LOAD = 90;

/** Waits for tasks, on connections of their own: each wait takes a stream for as long as it lasts. */
export class Waits {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #carriers: Carrier[] = [];
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  constructor(settings: ClientSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * Resolves with the task once it is final, over as many calls as that takes; rejects with
   * DEADLINE_EXCEEDED where it is not in time.
   *
   * @param timeoutMs infinity for no limit
   */
  async untilFinal(
    taskId: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Received<"Task">> {
    const wait = this.#begin(signal);
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    try {
      for (let failures = 0; ; ) {
        const leftMs = deadlineMs - this.#clock.monotonicMs();
        if (leftMs <= 0) {
          const text = `the task was not final within ${timeoutMs} ms`;
          throw new BatonError("DEADLINE_EXCEEDED", text);
        }
        try {
          const answer = await this.#await(wait, taskId, Math.min(leftMs, MAX_CALL_MS));
          if (answer !== null) {
            return answer;
          }
          failures = 0;
        } catch (error) {
          await this.#pauseAfter(error, failures, wait.signal);
          failures += 1;
        }
      }
    } finally {
      wait.end();
    }
  }

  /** Yields the task now and after changes until it is final, over as many streams as that takes. */
  async *changes(taskId: string, signal?: AbortSignal): AsyncGenerator<Received<"Task">> {
    const wait = this.#begin(signal);
    try {
      for (let failures = 0; ; ) {
        const call = wait.client.watch({ taskId });
        const cancel = (): void => call.cancel();
        wait.signal.addEventListener("abort", cancel, { once: true });
        // What ends the call after the loop was left would else be thrown at nobody.
        call.on("error", () => {});
        try {
          for await (const { task } of call as AsyncIterable<Received<"WatchResponse">>) {
            failures = 0;
            if (task !== null) {
              yield task;
            }
          }
          return;
        } catch (error) {
          wait.signal.throwIfAborted();
          await this.#pauseAfter(asBatonError(error), failures, wait.signal);
          failures += 1;
        } finally {
          wait.signal.removeEventListener("abort", cancel);
          call.cancel();
        }
      }
    } finally {
      wait.end();
    }
  }

  /** Ends every wait with CANCELLED, and the connections. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#open) {
      controller.abort(new BatonError("CANCELLED", "the client was closed"));
    }
    for (const { client } of this.#carriers) {
      client.close();
    }
  }

  /** Returns null where the task is not final yet. */
  async #await(wait: Wait, taskId: string, timeoutMs: number): Promise<Received<"Task"> | null> {
    const limits = { clock: this.#clock, timeoutMs, signal: wait.signal };
    try {
      return (await callUnary(wait.client, methods.Await, { taskId }, limits)).task;
    } catch (error) {
      if (error instanceof BatonError && error.code === "DEADLINE_EXCEEDED") {
        return null;
      }
      throw error;
    }
  }

  /** Waits a moment after a failure that passes; throws any other. */
  async #pauseAfter(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    if (!(error instanceof BatonError && PASSING.includes(error.code)) || signal.aborted) {
      throw error;
    }
    const delayMs = error.retryAfterMs ?? backoffMs(DEFAULTS.backoff, failures);
    await pause(this.#clock, delayMs, signal);
  }

  #begin(signal: AbortSignal | undefined): Wait {
    signal?.throwIfAborted();
    if (this.#isClosed) {
      throw new BatonError("CANCELLED", "the client is closed");
    }
    const controller = new AbortController();
    const forward = (): void => controller.abort(signal?.reason);
    const carrier = this.#carrier();
    carrier.load += 1;
    signal?.addEventListener("abort", forward, { once: true });
    this.#open.add(controller);
    return {
      signal: controller.signal,
      client: carrier.client,
      end: () => {
        carrier.load -= 1;
        signal?.removeEventListener("abort", forward);
        this.#open.delete(controller);
      },
    };
  }

  #carrier(): Carrier {
    const free = this.#carriers.find(({ load }) => load < MAX_LOAD);
    if (free !== undefined) {
      return free;
    }
    const client = openClient(services.TaskService, this.#settings, "calls");
    const carrier = { client, load: 0 };
    this.#carriers.push(carrier);
    return carrier;
  }
}

function asBatonError(error: unknown): unknown {
  return typeof error === "object" && error !== null && "metadata" in error
    ? errorOfCall(error as CallEnd)
    : error;
}
