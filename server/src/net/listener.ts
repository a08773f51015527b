import { lookup } from "node:dns/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Clock, Timer } from "@baton/proto/shared";
import { Connection, newPeer, type Peer } from "./connection.ts";
import { peerOf } from "./peer.ts";

/** How many connections a listener takes, and how long one may be silent. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Of one peer: see `peerOf`. */
  readonly maxPeerConnections: number;
  /** A connection must have sent so many bytes… */
  readonly greetingBytes: number;
  /** …within so many milliseconds. */
  readonly greetingTimeoutMs: number;
}

/** Why a connection was not taken, or cut. */
export const CUT_REASONS = ["too_many", "too_many_of_peer", "silent", "memory", "flood"] as const;
export type CutReason = (typeof CUT_REASONS)[number];

/** What a listener is made of. */
export interface ListenerParts {
  readonly limits: ConnectionLimits;
  readonly clock: Clock;
  /** Whether the other side may have said all and still read: what HTTP/1 allows. Default: no. */
  readonly allowHalfOpen?: boolean;
  /**
   * Whether a newcomer takes the place of the connection that is idle for longest, or else of the oldest, where
   * its peer has as many as may be. Where all together have, it takes that of a peer that has more, or else of
   * whoever is idle for longest. Default: no; then it is refused, or takes the place of a peer that has more.
   */
  readonly replacesOldest?: boolean;
  /** Gets each connection that is taken. */
  readonly onConnection: (connection: Connection) => void;
  /** Told of each that is refused or cut. */
  readonly onCut: (reason: CutReason, peer: string) => void;
}

const CHECK_INTERVAL_MS = 1_000;
/** For how long an address that flooded this process gets no more connections. */
const FLOOD_REFUSAL_MS = 10_000;

/**
 * Takes connections at an address, no more than it may in all and of one peer. Where all places are taken
 * and the newcomer's peer has fewer than another, the youngest connection of the peer that has most is cut.
 */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #servers: Server[] = [];
  readonly #peers = new Map<string, Peer>();
  /** In the order in which they came. */
  readonly #connections = new Set<Connection>();
  /** Those that have to say who they are, in the order in which they came. */
  readonly #silent = new Set<Connection>();
  /** Until when peers get no more connections. */
  readonly #refusedUntilMs = new Map<string, number>();
  #timer: Timer | null = null;
  #whenEmpty: (() => void)[] = [];

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Every connection that is open. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** Whoever has a connection. */
  get peers(): Iterable<Peer> {
    return this.#peers.values();
  }

  /**
   * Listens at every address of the host.
   *
   * @param port 0 takes a free one
   * @returns the port
   * @throws with one line for people where none of the addresses can be had
   */
  async listen(host: string, port: number): Promise<number> {
    const shown = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    let bound = port;
    let failure: unknown = null;
    try {
      for (const { address } of await lookup(host, { all: true })) {
        try {
          bound = await this.#listenAt(address, bound);
        } catch (error) {
          failure ??= error;
        }
      }
    } catch (error) {
      failure = error;
    }
    if (this.#servers.length === 0) {
      throw listenError(shown, failure as NodeJS.ErrnoException);
    }
    this.#timer ??= this.#parts.clock.after(CHECK_INTERVAL_MS, this.#check);
    return bound;
  }

  /** Takes no more connections; those that are open stay. What comes now finds nobody listening. */
  stopAccepting(): void {
    for (const server of this.#servers.splice(0)) {
      server.close();
    }
  }

  /** Cuts a connection. */
  cut(connection: Connection, reason: CutReason): void {
    if (reason === "flood") {
      const untilMs = this.#parts.clock.monotonicMs() + FLOOD_REFUSAL_MS;
      this.#refusedUntilMs.set(connection.peer.name, untilMs);
    }
    this.#forget(connection);
    connection.cut();
    this.#parts.onCut(reason, connection.peer.name);
  }

  /** After `stopAccepting`: resolves once no connection is open. */
  async empty(): Promise<void> {
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
    }
  }

  /** Cuts every connection, and takes no more. */
  close(): void {
    this.stopAccepting();
    for (const connection of this.#connections) {
      connection.cut();
    }
    this.#timer?.cancel();
    this.#timer = null;
  }

  #listenAt(host: string, port: number): Promise<number> {
    const { allowHalfOpen = false } = this.#parts;
    const server = createServer({ allowHalfOpen, noDelay: true }, (socket) => this.take(socket));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
        server.off("error", reject);
        // A connection that could not be taken, for want of descriptors for instance, ends nothing.
        server.on("error", () => {});
        this.#servers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes a connection that somebody else accepted. */
  take(socket: Socket): void {
    this.#timer ??= this.#parts.clock.after(CHECK_INTERVAL_MS, this.#check);
    // An error of a connection ends that connection, and its 'close' follows. HTTP/2 listens only from its first to its
    // last frame: a connection that is reset before or behind that would end the process.
    socket.on("error", () => {});
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) {
      // It is gone already.
      socket.destroy();
      return;
    }
    const name = peerOf(remoteAddress);
    const refusal = this.#refusalOf(name);
    if (refusal !== null) {
      socket.destroy();
      this.#parts.onCut(refusal, name);
      return;
    }
    this.#add(socket, name);
  }

  #refusalOf(name: string): CutReason | null {
    const { maxConnections, maxPeerConnections } = this.#parts.limits;
    if (this.#refusedUntilMs.has(name)) {
      return "flood";
    }
    const count = this.#peers.get(name)?.connections.size ?? 0;
    if (count >= maxPeerConnections) {
      const isReplaced = this.#parts.replacesOldest === true;
      return isReplaced && this.#makePlace(this.#peers.get(name) ?? null, "too_many_of_peer")
        ? null
        : "too_many_of_peer";
    }
    const isFull = this.#connections.size >= maxConnections;
    return isFull && !this.#makePlace(this.#largestAbove(count), "too_many") ? "too_many" : null;
  }

  /** The peer with most connections, if they are more than the newcomer's peer would have. */
  #largestAbove(count: number): Peer | null {
    let largest: Peer | null = null;
    for (const peer of this.#peers.values()) {
      if (peer.connections.size > (largest?.connections.size ?? count + 1)) {
        largest = peer;
      }
    }
    return largest;
  }

  /** Cuts a connection of the peer, or an idle one of anybody where there is no peer; false where there is none. */
  #makePlace(peer: Peer | null, reason: CutReason): boolean {
    const cut =
      this.#parts.replacesOldest === true
        ? (idlestOf(peer?.connections ?? this.#connections) ?? [...(peer?.connections ?? [])][0])
        : [...(peer?.connections ?? [])].at(-1);
    if (cut === undefined) {
      return false;
    }
    this.cut(cut, reason);
    return true;
  }

  #add(socket: Socket, name: string): void {
    const peer = this.#peers.get(name) ?? newPeer(name);
    const connection = new Connection(socket, peer, this.#parts.clock.monotonicMs());
    this.#peers.set(name, peer);
    peer.connections.add(connection);
    this.#connections.add(connection);
    this.#silent.add(connection);
    socket.once("close", () => this.#forget(connection));
    this.#parts.onConnection(connection);
  }

  #forget(connection: Connection): void {
    const { peer } = connection;
    this.#connections.delete(connection);
    this.#silent.delete(connection);
    peer.connections.delete(connection);
    if (peer.connections.size === 0) {
      this.#peers.delete(peer.name);
    }
    if (this.#connections.size === 0) {
      for (const resolve of this.#whenEmpty.splice(0)) {
        resolve();
      }
    }
  }

  readonly #check = (): void => {
    this.#timer = this.#parts.clock.after(CHECK_INTERVAL_MS, this.#check);
    const { greetingBytes, greetingTimeoutMs } = this.#parts.limits;
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [name, refusedUntilMs] of this.#refusedUntilMs) {
      if (refusedUntilMs <= nowMs) {
        this.#refusedUntilMs.delete(name);
      }
    }
    const untilMs = nowMs - greetingTimeoutMs;
    for (const connection of this.#silent) {
      if (connection.socket.bytesRead >= greetingBytes) {
        this.#silent.delete(connection);
      } else if (connection.openedAtMs <= untilMs) {
        this.cut(connection, "silent");
      }
    }
  };
}

function idlestOf(connections: Iterable<Connection>): Connection | undefined {
  let idlest: Connection | undefined;
  let sinceMs = Number.POSITIVE_INFINITY;
  for (const connection of connections) {
    if (connection.idleSinceMs !== null && connection.idleSinceMs < sinceMs) {
      idlest = connection;
      sinceMs = connection.idleSinceMs;
    }
  }
  return idlest;
}

function listenError(address: string, error: NodeJS.ErrnoException | null): Error {
  const why = error?.code === "EADDRINUSE" ? "the port is taken" : (error?.code ?? String(error));
  return new Error(`cannot listen on ${address}: ${why}`, { cause: error });
}
