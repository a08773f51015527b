import type { Clock, Timer } from "@baton/proto/shared";
import type { Connection } from "../../net/connection.ts";

/** How much more or less than its age grpc-js gives a connection before it says GOAWAY, by chance. */
const JITTER = 0.1;
/** GOAWAY has then gone out, so that what is opened next comes on another connection. */
const MARGIN_MS = 100;
/** How long what lives long on a connection has to move. */
const MOVING_MS = 60_000;

/** The options of a grpc-js server whose connections get so old. */
export function ageOptions(maxAgeMs: number): Record<string, number> {
  return {
    "grpc.max_connection_age_ms": maxAgeMs,
    "grpc.max_connection_age_grace_ms": 2 * JITTER * maxAgeMs + MARGIN_MS + MOVING_MS,
  };
}

/** A call, as far as it tells whose connection it is on. */
export interface CallOfPeer {
  getPeer(): string;
}

interface Aging {
  readonly openedAtMs: number;
  readonly ends: Set<() => void>;
  timer: Timer | null;
}

/**
 * Knows which calls live long on which connection, and has them end before the connection is cut for its
 * age: GOAWAY alone ends none, and a client may not show it to its program.
 */
export class ConnectionAges {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #connections = new Map<string, Aging>();

  constructor(clock: Clock, maxAgeMs: number) {
    this.#clock = clock;
    this.#afterMs = (1 + JITTER) * maxAgeMs + MARGIN_MS;
  }

  /** A connection was taken. */
  opened({ socket, openedAtMs }: Connection): void {
    const name = `${socket.remoteAddress}:${socket.remotePort}`;
    const aging: Aging = { openedAtMs, ends: new Set(), timer: null };
    this.#connections.set(name, aging);
    socket.once("close", () => {
      this.#connections.delete(name);
      aging.timer?.cancel();
    });
  }

  /**
   * Has a call end once its connection is too old.
   *
   * @returns what to call when it is over
   */
  add(call: CallOfPeer, end: () => void): () => void {
    const aging = this.#connections.get(call.getPeer());
    if (aging === undefined) {
      return () => {};
    }
    aging.ends.add(end);
    aging.timer ??= this.#clock.after(this.#leftMs(aging), () => this.#end(aging));
    return () => {
      aging.ends.delete(end);
      if (aging.ends.size === 0) {
        aging.timer?.cancel();
        aging.timer = null;
      }
    };
  }

  #leftMs({ openedAtMs }: Aging): number {
    return Math.max(0, openedAtMs + this.#afterMs - this.#clock.monotonicMs());
  }

  #end(aging: Aging): void {
    for (const end of [...aging.ends]) {
      end();
    }
  }
}
