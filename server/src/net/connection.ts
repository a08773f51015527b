import type { Socket } from "node:net";

/** All that comes from one address. */
export interface Peer {
  /** See `peerOf`. */
  readonly name: string;
  readonly connections: Set<Connection>;
}

/** A connection that was taken. */
export class Connection {
  readonly socket: Socket;
  readonly peer: Peer;
  /** By the monotonic clock. */
  readonly openedAtMs: number;

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
