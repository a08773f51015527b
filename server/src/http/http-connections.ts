import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "@baton/proto/shared";
import type { DispatchLog } from "../dispatch/log.ts";
import type { Connection } from "../net/connection.ts";
import { CutLog } from "../net/cut-log.ts";
import { type ConnectionLimits, type CutReason, Listener } from "../net/listener.ts";
import type { MemoryBudget } from "../net/memory-budget.ts";
import type { BodyRoom } from "./read-body.ts";

/** What an HTTP server's connections are made of. */
export interface HttpConnectionsParts {
  readonly limits: ConnectionLimits;
  readonly budget: MemoryBudget;
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** Told of each connection that is refused or cut. */
  readonly onCut: (reason: CutReason) => void;
}

interface HttpConnection {
  readonly connection: Connection;
  /** How many requests of it are not answered; more than one where its client does not wait for answers. */
  underWay: number;
}

/** The connections of an HTTP server, as many as may be, and room for what they send. */
export class HttpConnections implements BodyRoom {
  readonly #listener: Listener;
  readonly #budget: MemoryBudget;
  readonly #cuts: CutLog;
  readonly #clock: Clock;
  readonly #connections = new WeakMap<Socket, HttpConnection>();

  constructor(parts: HttpConnectionsParts) {
    const { limits, budget, clock, log } = parts;
    this.#budget = budget;
    this.#clock = clock;
    this.#cuts = new CutLog("HTTP", clock, log, parts.onCut);
    this.#listener = new Listener({
      limits,
      clock,
      replacesOldest: true,
      onConnection: (connection) =>
        this.#connections.set(connection.socket, { connection, underWay: 0 }),
      onCut: (reason, peer) => this.#cuts.add(reason, peer),
    });
  }

  /** How many are open. */
  get open(): number {
    return this.#listener.connections.size;
  }

  /** Takes a connection, or cuts it. */
  take(socket: Socket): void {
    this.#budget.watch(this.#listener);
    this.#listener.take(socket);
  }

  /** Knows from now on that the connection is idle only once the request is answered. */
  note({ socket }: IncomingMessage, response: ServerResponse): void {
    const known = this.#connections.get(socket);
    if (known === undefined) {
      return;
    }
    known.underWay += 1;
    known.connection.idleSinceMs = null;
    response.once("close", () => {
      known.underWay -= 1;
      known.connection.idleSinceMs = known.underWay === 0 ? this.#clock.monotonicMs() : null;
    });
  }

  make(request: IncomingMessage, bytes: number, ready: () => void): void {
    const connection = this.#connections.get(request.socket)?.connection;
    if (connection === undefined) {
      ready();
      return;
    }
    request.once("close", this.#budget.reserve(connection.peer, bytes, ready));
  }

  /** Cuts what is still open. */
  stop(): void {
    this.#budget.unwatch(this.#listener);
    this.#listener.close();
    this.#cuts.stop();
  }
}
