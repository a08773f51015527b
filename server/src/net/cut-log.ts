import type { Clock, Timer } from "@baton/proto/shared";
import type { DispatchLog } from "../dispatch/log.ts";
import type { CutReason } from "./listener.ts";

/** However many connections are cut, so often a line says so. */
const INTERVAL_MS = 10_000;

/** Says in the log which connections were refused or cut: the first at once, more of them by count. */
export class CutLog {
  readonly #port: string;
  readonly #clock: Clock;
  readonly #log: DispatchLog;
  readonly #onCut: (reason: CutReason) => void;
  readonly #counts = new Map<string, number>();
  #peer = "";
  #timer: Timer | null = null;

  /**
   * @param port what the connections are of, for people
   * @param onCut told of each
   */
  constructor(port: string, clock: Clock, log: DispatchLog, onCut: (reason: CutReason) => void) {
    this.#port = port;
    this.#onCut = onCut;
    this.#clock = clock;
    this.#log = log;
  }

  /** One was cut. */
  add(reason: CutReason, peer: string): void {
    this.#onCut(reason);
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#peer = peer;
    if (this.#timer === null) {
      this.#say();
    }
  }

  /** Says what is left to say, and ends the timer. */
  stop(): void {
    this.#timer?.cancel();
    this.#say();
    this.#timer?.cancel();
    this.#timer = null;
  }

  readonly #say = (): void => {
    this.#timer = null;
    if (this.#counts.size > 0) {
      const reasons = Object.fromEntries(this.#counts);
      const fields = { port: this.#port, last_peer: this.#peer, reasons };
      this.#log.warn(fields, "connections were refused or cut");
      this.#counts.clear();
      this.#timer = this.#clock.after(INTERVAL_MS, this.#say);
    }
  };
}
