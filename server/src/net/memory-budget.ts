import type { Clock, Timer } from "@baton/proto/shared";
import type { Connection, Peer } from "./connection.ts";

/** How much connections may make this process hold, in bytes. */
export interface MemoryLimits {
  readonly maxBytes: number;
  /** Of one peer, be it over one connection or many. */
  readonly maxPeerBytes: number;
}

/** What a process may hold for connections where nothing else is said: it fits in a container of 512 MiB. */
export const DEFAULT_MEMORY_LIMITS: MemoryLimits = {
  maxBytes: 96 * 1024 * 1024,
  maxPeerBytes: 48 * 1024 * 1024,
};

/** Those whose memory is looked after together. */
export interface Measured {
  readonly peers: Iterable<Peer>;
  /** Cuts a connection and says so. */
  cut(connection: Connection, reason: "memory"): void;
}

const CALM_INTERVAL_MS = 200;
const ACTIVE_INTERVAL_MS = 50;
/** Where a quarter of what a peer may have is held: a fast network fills the rest within 50 ms. */
const BUSY_INTERVAL_MS = 10;
/** So much may be written between two looks. */
const MAX_WRITTEN_BYTES = 4 * 1024 * 1024;
/** A peer that holds less is none to wait for others' sake. */
const MIN_SHARE_BYTES = 1024 * 1024;
/** A connection that holds so many times what another of its peer holds is the one to cut. */
const STANDS_OUT_TIMES = 4;

/**
 * Keeps what connections make this process hold within bounds: what they have not read, what they have sent
 * in part, the calls that they opened. It is looked at in intervals, and sooner where much is written.
 *
 * Above half of a bound, the peer's next messages and large answers wait. Above the bound, a connection of the
 * peer that holds most is cut: the one that holds most, or an idle one where the peer only has too many.
 */
export class MemoryBudget {
  readonly #limits: MemoryLimits;
  readonly #clock: Clock;
  readonly #measured = new Set<Measured>();
  #timer: Timer | null = null;
  #isCalm = true;
  #written = 0;
  #heldBytes = 0;
  #reservedBytes = 0;
  /** What each may hold while all together hold much. */
  #shareBytes = Number.POSITIVE_INFINITY;

  constructor(limits: MemoryLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** What all connections made this process hold when that was last looked at. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Looks after these from now on. */
  watch(measured: Measured): void {
    this.#measured.add(measured);
    this.#timer ??= this.#clock.after(CALM_INTERVAL_MS, this.#look);
  }

  /** Looks after these no longer. */
  unwatch(measured: Measured): void {
    this.#measured.delete(measured);
    if (this.#measured.size === 0) {
      this.#timer?.cancel();
      this.#timer = null;
    }
  }

  /** Something begins that may soon hold much: looks more often for a while. */
  wake(): void {
    if (this.#isCalm && this.#timer !== null) {
      this.#isCalm = false;
      this.#timer.cancel();
      this.#timer = this.#clock.after(ACTIVE_INTERVAL_MS, this.#look);
    }
  }

  /** So much is about to be written to somebody. */
  wrote(bytes: number): void {
    this.#written += bytes;
    if (this.#written >= MAX_WRITTEN_BYTES) {
      this.#written = 0;
      // Only then is it on its connection.
      queueMicrotask(() => this.check());
    }
  }

  /** Whether so much more for a peer must wait. */
  isPressed(peer: Peer, bytes = 0): boolean {
    const wanted = peer.heldBytes + peer.reservedBytes + bytes;
    return (
      wanted > this.#limits.maxPeerBytes / 2 ||
      (wanted > this.#shareBytes && wanted > MIN_SHARE_BYTES) ||
      (this.#reservedBytes + bytes > this.#limits.maxBytes / 2 && peer.reservedBytes > 0)
    );
  }

  /**
   * Keeps room for an answer that is to be made: at once, or when it is this one's turn.
   *
   * @param ready called once the room is kept, with what says how much of it is needed after all
   * @returns gives the room back, or the place in the line
   */
  reserve(peer: Peer, bytes: number, ready: (needs: (bytes: number) => void) => void): () => void {
    let keptBytes: number | null = null;
    const keep = (wanted: number): void => {
      const change = wanted - (keptBytes ?? 0);
      keptBytes = wanted;
      peer.reservedBytes += change;
      this.#reservedBytes += change;
    };
    const attempt = (): boolean => {
      if (this.isPressed(peer, bytes) && peer.reservedBytes > 0) {
        return false;
      }
      keep(bytes);
      ready((needed) => {
        if (keptBytes !== null && needed !== keptBytes) {
          keep(needed);
          this.#relieveSoon(peer);
        }
      });
      return true;
    };
    if (peer.waiting.size > 0 || !attempt()) {
      peer.waiting.add(attempt);
    }
    return () => {
      peer.waiting.delete(attempt);
      if (keptBytes !== null) {
        keep(0);
        keptBytes = null;
        this.#relieveSoon(peer);
      }
    };
  }

  /** Looks now. */
  check(): void {
    this.#sum();
    for (const measured of this.#measured) {
      for (const peer of measured.peers) {
        this.#keepWithin(measured, peer);
      }
    }
    while (this.#heldBytes > this.#limits.maxBytes && this.#cutWorst()) {
      // One after the other, until what is left fits.
    }
    for (const { peers } of this.#measured) {
      for (const peer of peers) {
        const isPressed = this.isPressed(peer);
        let room = isPressed ? this.#limits.maxPeerBytes / 2 : Number.POSITIVE_INFINITY;
        for (const connection of peer.connections) {
          room = connection.slowDown(room);
        }
        this.#relieve(peer);
      }
    }
  }

  readonly #look = (): void => {
    this.#timer = null;
    this.#written = 0;
    const before = this.#heldBytes;
    this.check();
    this.#isCalm = this.#heldBytes <= MIN_SHARE_BYTES && before <= MIN_SHARE_BYTES;
    this.#timer = this.#clock.after(this.#intervalMs(), this.#look);
  };

  #intervalMs(): number {
    if (this.#heldBytes > this.#limits.maxPeerBytes / 4) {
      return BUSY_INTERVAL_MS;
    }
    return this.#isCalm ? CALM_INTERVAL_MS : ACTIVE_INTERVAL_MS;
  }

  #sum(): void {
    let total = 0;
    let sharing = 0;
    for (const { peers } of this.#measured) {
      for (const peer of peers) {
        let held = 0;
        for (const connection of peer.connections) {
          connection.heldBytes = connection.measure();
          held += connection.heldBytes;
        }
        peer.heldBytes = held;
        total += held;
        sharing += held > MIN_SHARE_BYTES ? 1 : 0;
      }
    }
    this.#heldBytes = total;
    const half = this.#limits.maxBytes / 2;
    this.#shareBytes = total > half ? half / Math.max(1, sharing) : Number.POSITIVE_INFINITY;
  }

  #keepWithin(measured: Measured, peer: Peer): void {
    const { maxPeerBytes } = this.#limits;
    while (peer.heldBytes > maxPeerBytes && peer.connections.size > 0) {
      this.#cut(measured, worstOf(peer));
    }
  }

  #cutWorst(): boolean {
    let worst: { readonly measured: Measured; readonly peer: Peer } | null = null;
    for (const measured of this.#measured) {
      for (const peer of measured.peers) {
        if (peer.heldBytes > (worst?.peer.heldBytes ?? 0)) {
          worst = { measured, peer };
        }
      }
    }
    if (worst === null) {
      return false;
    }
    this.#cut(worst.measured, worstOf(worst.peer));
    return true;
  }

  #cut(measured: Measured, connection: Connection): void {
    const { peer, heldBytes } = connection;
    peer.heldBytes -= heldBytes;
    this.#heldBytes -= heldBytes;
    connection.heldBytes = 0;
    measured.cut(connection, "memory");
  }

  // Later: of a connection that broke, all calls end before one that waits is begun in vain.
  #relieveSoon(peer: Peer): void {
    setImmediate(() => this.#relieve(peer));
  }

  #relieve(peer: Peer): void {
    for (const attempt of peer.waiting) {
      if (!attempt()) {
        return;
      }
      peer.waiting.delete(attempt);
    }
  }
}

/**
 * Whom to cut of a peer that holds too much. Where nobody stands out it has too many connections: then it is
 * the youngest of those that hold least, so that an idle one goes rather than one that is at work.
 */
function worstOf(peer: Peer): Connection {
  let largest: Connection | null = null;
  let smallest: Connection | null = null;
  for (const connection of peer.connections) {
    if (largest === null || connection.heldBytes > largest.heldBytes) {
      largest = connection;
    }
    if (smallest === null || connection.heldBytes <= smallest.heldBytes) {
      smallest = connection;
    }
  }
  const standsOut = (largest?.heldBytes ?? 0) >= STANDS_OUT_TIMES * (smallest?.heldBytes ?? 0);
  return (standsOut ? largest : smallest) as Connection;
}
