import type { Clock } from "@baton/proto/shared";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import type { DispatchLog } from "../../dispatch/log.ts";
import { CutLog } from "../../net/cut-log.ts";
import { type ConnectionLimits, type CutReason, Listener } from "../../net/listener.ts";
import type { MemoryBudget } from "../../net/memory-budget.ts";
import { ReadTurns } from "../../net/read-turns.ts";
import type { CallLedger } from "./call-ledger.ts";
import type { ConnectionAges } from "./connection-ages.ts";

/** What an HTTP/2 client says first: its preface and the head of its settings. */
const GREETING_BYTES = 24 + 9;

/** What gRPC's connections are made of. */
export interface GrpcConnectionsParts {
  readonly server: Server;
  readonly limits: Omit<ConnectionLimits, "greetingBytes">;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly ages: ConnectionAges;
  readonly ledger: CallLedger;
  readonly budget: MemoryBudget;
  /** Told of each connection that is refused or cut. */
  readonly onCut: (reason: CutReason) => void;
}

/**
 * Takes the connections of a gRPC server, which itself would take any number of them, and go on to do so
 * until it closes.
 */
export class GrpcConnections {
  readonly #injector: ReturnType<Server["createConnectionInjector"]>;
  readonly #listener: Listener;
  readonly #cuts: CutLog;
  readonly #turns: ReadTurns;

  readonly #budget: MemoryBudget;
  readonly #ledger: CallLedger;

  constructor(parts: GrpcConnectionsParts) {
    const { server, limits, clock, log, ages, ledger, budget } = parts;
    this.#budget = budget;
    this.#ledger = ledger;
    this.#injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    this.#cuts = new CutLog("gRPC", clock, log, parts.onCut);
    const turns = new ReadTurns((connection) => this.#listener.cut(connection, "flood"));
    this.#turns = turns;
    this.#listener = new Listener({
      limits: { ...limits, greetingBytes: GREETING_BYTES },
      clock,
      onConnection: (connection) => {
        ages.opened(connection);
        ledger.add(connection, turns);
        connection.socket.once("close", () => turns.forget(connection));
        turns.begin(connection, () => this.#injector.injectConnection(connection.socket));
      },
      onCut: (reason, peer) => this.#cuts.add(reason, peer),
    });
  }

  /** How many are open. */
  get open(): number {
    return this.#listener.connections.size;
  }

  /**
   * Listens at an address such as `127.0.0.1:0`, or `[::1]:0`.
   *
   * @returns the port
   * @throws with one line for people where the address cannot be had
   */
  async listen(address: string): Promise<number> {
    const colon = address.lastIndexOf(":");
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
    const port = await this.#listener.listen(host, Number(address.slice(colon + 1)));
    this.#budget.watch(this.#listener);
    this.#ledger.start();
    return port;
  }

  /**
   * Takes no more connections and says GOAWAY on those that are open: their calls go on, their clients begin
   * none here. What is open after the time is cut.
   */
  leave(withinMs: number): void {
    this.stopAccepting();
    this.#injector.drain(withinMs);
  }

  /** Takes no more connections, so that new ones find another dispatcher. */
  stopAccepting(): void {
    this.#listener.stopAccepting();
  }

  /** After either: resolves once no connection is open. */
  empty(): Promise<void> {
    return this.#listener.empty();
  }

  /** Cuts what is still open. */
  close(): void {
    this.#budget.unwatch(this.#listener);
    this.#ledger.stop();
    this.#listener.close();
    this.#turns.stop();
    this.#cuts.stop();
  }
}
