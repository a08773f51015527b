import type { Socket } from "node:net";

/** All that comes from one address. */
export interface Peer {
  /** See `peerOf`. */
  readonly name: string;
  readonly connections: Set<Connection>;
  /** What its connections made this process hold when that was last looked at. */
  heldBytes: number;
  /** What is kept free for answers that are being made for it. */
  reservedBytes: number;
  /** Who waits for room, in order; each returns whether it has what it waited for. */
  readonly waiting: Set<() => boolean>;
}

/**
 * What Node keeps of a socket and shows nobody: HTTP/2 reads from it, past the socket, so that pausing the
 * socket pauses nothing. A test fails where an update of Node has it no more.
 */
interface SocketInternals {
  readonly _handle: { readStop(): number; readStart(): number } | null;
}

/** A connection that was taken. */
export class Connection {
  readonly socket: Socket;
  readonly peer: Peer;
  /** By the monotonic clock. */
  readonly openedAtMs: number;
  /** What it made this process hold when that was last looked at. */
  heldBytes = 0;
  /** Since when nothing is under way on it, by the monotonic clock; null where something is, or nobody says. */
  idleSinceMs: number | null = null;
  /** Says what it makes this process hold now; set by who speaks its protocol. */
  measure: () => number = () => 0;
  /** Takes in no more than there is room for, and returns what is left; set by who speaks its protocol. */
  slowDown: (roomBytes: number) => number = (roomBytes) => roomBytes;

  #isReading = true;

  constructor(socket: Socket, peer: Peer, openedAtMs: number) {
    this.socket = socket;
    this.peer = peer;
    this.openedAtMs = openedAtMs;
  }

  /** Whether what it sends is read. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Reads no more for now; false where that is so already. */
  stopReading(): boolean {
    const wasReading = this.#isReading;
    if (wasReading) {
      this.#isReading = false;
      this.#handle?.readStop();
    }
    return wasReading;
  }

  /** Reads on. */
  goOnReading(): void {
    this.#isReading = true;
    this.#handle?.readStart();
  }

  get #handle(): SocketInternals["_handle"] {
    return (this.socket as unknown as SocketInternals)._handle;
  }

  /** Cuts it. */
  cut(): void {
    this.socket.destroy();
  }
}

/** A peer that has no connection yet. */
export function newPeer(name: string): Peer {
  return { name, connections: new Set(), heldBytes: 0, reservedBytes: 0, waiting: new Set() };
}
