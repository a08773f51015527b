import type { Clock } from "@baton/proto/shared";
import { retryDelayMs } from "../../channel/backoff.ts";
import { openClient } from "../../channel/channel.ts";
import type { ClientSettings } from "../../channel/client-options.ts";
import { pause } from "../../time/pause.ts";
import { BatonError, type CallEnd, errorOfCall, PASSING } from "../../values/baton-error.ts";
import { type Received, services } from "../../values/wire.ts";

type Client = InstanceType<typeof services.TaskService>;

/** A connection, and how many streams it carries. */
interface Carrier {
  readonly client: Client;
  load: number;
}

/** A task that is followed. */
interface Watch {
  /** Aborts with the caller's signal, and when the client closes. */
  readonly signal: AbortSignal;
  readonly client: Client;
  end(): void;
}

/** Below a dispatcher's limit of streams a connection, past which calls wait in silence. */
const MAX_LOAD = 90;

/** Follows tasks, on connections of their own: each takes a stream for as long as it is followed. */
export class Watches {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #carriers: Carrier[] = [];
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  constructor(settings: ClientSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Yields the task now and after changes until it is final, over as many streams as that takes. */
  async *changes(taskId: string, signal?: AbortSignal): AsyncGenerator<Received<"Task">> {
    const watch = this.#begin(signal);
    try {
      for (let failures = 0; ; ) {
        const call = watch.client.watch({ taskId });
        const cancel = (): void => call.cancel();
        watch.signal.addEventListener("abort", cancel, { once: true });
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
          watch.signal.throwIfAborted();
          await this.#pauseAfter(asBatonError(error), failures, watch.signal);
          failures += 1;
        } finally {
          watch.signal.removeEventListener("abort", cancel);
          call.cancel();
        }
      }
    } finally {
      watch.end();
    }
  }

  /** Ends them all with CANCELLED, and the connections. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#open) {
      controller.abort(new BatonError("CANCELLED", "the client was closed"));
    }
    for (const { client } of this.#carriers) {
      client.close();
    }
  }

  /** Waits a moment after a failure that passes; throws any other. */
  async #pauseAfter(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    if (!(error instanceof BatonError && PASSING.includes(error.code)) || signal.aborted) {
      throw error;
    }
    await pause(this.#clock, retryDelayMs(error, failures), signal);
  }

  #begin(signal: AbortSignal | undefined): Watch {
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
