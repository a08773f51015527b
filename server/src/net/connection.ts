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

/** A connection that was taken. */
export class Connection {
  readonly socket: Socket;
  readonly peer: Peer;
  /** By the monotonic clock. */
  readonly openedAtMs: number;
  /** What it made this process hold when that was last looked at. */
  heldBytes = 0;
  /** Says what it makes this process hold now; set by who speaks its protocol. */
  measure: () => number = () => 0;
  /** Takes in no more than there is room for, and returns what is left; set by who speaks its protocol. */
  slowDown: (roomBytes: number) => number = (roomBytes) => roomBytes;

  constructor(socket: Socket, peer: Peer, openedAtMs: number) {
    this.socket = socket;
    this.peer = peer;
    this.openedAtMs = openedAtMs;
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
