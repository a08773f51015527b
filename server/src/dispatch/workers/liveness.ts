import type { Clock, Timer } from "@baton/proto/shared";
import type { DispatchSettings } from "../settings.ts";

const LATE_MS = 1_000;

/** What is expected to be heard of. */
export interface Heard {
  lastHeardAtMs: number;
}

/**
 * Finds out who was silent for the leases' ttl, with one timer for all. No sooner: a worker may be busy
 * with a handler that blocks it, and has its leases for as long.
 */
export class Liveness<Peer extends Heard> {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #silentAfterMs: number;
  readonly #onSilent: (peer: Peer) => void;
  readonly #peers = new Set<Peer>();
  #timer: Timer | null = null;

  constructor(options: {
    clock: Clock;
    settings: DispatchSettings;
    onSilent: (peer: Peer) => void;
  }) {
    this.#clock = options.clock;
    this.#intervalMs = options.settings.heartbeatIntervalMs;
    this.#silentAfterMs = options.settings.leaseTtlMs;
    this.#onSilent = options.onSilent;
  }

  /** Expects to hear of a peer from now on. */
  watch(peer: Peer): void {
    this.#peers.add(peer);
    if (this.#timer === null) {
      this.#arm(this.#silentAfterMs);
    }
  }

  /** Expects nothing of a peer any more. */
  forget(peer: Peer): void {
    this.#peers.delete(peer);
    if (this.#peers.size === 0) {
      this.#timer?.cancel();
      this.#timer = null;
    }
  }

  /** Reports who was silent for too long. */
  #check(): void {
    const nowMs = this.#clock.monotonicMs();
    let nextInMs = this.#silentAfterMs;
    for (const peer of [...this.#peers]) {
      const leftMs = peer.lastHeardAtMs + this.#silentAfterMs - nowMs;
      if (leftMs <= 0) {
        this.forget(peer);
        this.#onSilent(peer);
      } else {
        nextInMs = Math.min(nextInMs, leftMs);
      }
    }
    if (this.#peers.size > 0) {
      this.#arm(nextInMs);
    }
  }

  #arm(inMs: number): void {
    const dueAtMs = this.#clock.monotonicMs() + inMs;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(inMs, () => {
      if (this.#clock.monotonicMs() - dueAtMs > LATE_MS) {
        // This process was held up itself: what its peers sent meanwhile has not been read yet.
        this.#arm(this.#intervalMs);
      } else {
        this.#check();
      }
    });
  }
}
