import type { Clock, Timer } from "@baton/proto/shared";
import type { Server, ServerWritableStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { OpenCalls } from "../connections/open-calls.ts";

/** What the health service says of the whole server. */
const WHOLE_SERVER = "";

/** Says by the standard health service whether this dispatcher should be sent work. */
export class Health {
  readonly #implementation: HealthImplementation;
  readonly #services: readonly string[];
  readonly #isReady: () => boolean;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #timer: Timer | null = null;
  #isDraining = false;
  #isServing = false;

  /**
   * @param services the full names of the services to answer for, beside the whole server
   * @param isReady asked now and then
   */
  constructor(
    services: readonly string[],
    isReady: () => boolean,
    clock: Clock,
    intervalMs: number,
  ) {
    this.#services = [WHOLE_SERVER, ...services];
    this.#isReady = isReady;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#implementation = new HealthImplementation(
      Object.fromEntries(this.#services.map((name) => [name, "NOT_SERVING"])),
    );
  }

  /** Adds the health service; the streams of those who watch it can be ended through `openCalls`. */
  addTo(server: Server, openCalls: OpenCalls): void {
    this.#implementation.addToServer({
      addService(definition, implementation) {
        const { watch, ...rest } = implementation;
        const handlers = { ...rest, watch: endable(watch as WatchHandler, openCalls) };
        server.addService(definition, handlers as UntypedServiceImplementation);
      },
    });
  }

  /** Begins to follow the dispatcher's readiness. */
  start(): void {
    this.#update();
    this.#timer = this.#clock.after(this.#intervalMs, () => this.start());
  }

  /** Says NOT_SERVING from now on. */
  drain(): void {
    this.#isDraining = true;
    this.#update();
  }

  /** Ends the timer. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #update(): void {
    const isServing = !this.#isDraining && this.#isReady();
    if (isServing === this.#isServing) {
      return;
    }
    this.#isServing = isServing;
    for (const name of this.#services) {
      this.#implementation.setStatus(name, isServing ? "SERVING" : "NOT_SERVING");
    }
  }
}

type WatchHandler = (call: ServerWritableStream<unknown, unknown>) => void;

// The official package ends no watch by itself, and a shutdown would wait for it.
function endable(watch: WatchHandler, openCalls: OpenCalls): WatchHandler {
  return (call) => {
    watch(call);
    const forget = openCalls.add(call, () => call.end());
    call.once("cancelled", forget);
  };
}
