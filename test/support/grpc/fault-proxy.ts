import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { pause } from "../time/pause.ts";
import { listenOnLoopback } from "./loopback.ts";

/** What a proxy does to the bytes that pass; all of it may be changed while connections are open. */
export interface Faults {
  /** Each piece waits so long. */
  readonly latencyMs: number;
  /** The most bytes a second each way. */
  readonly bytesPerSecond: number;
  /** Bytes towards the server vanish; the connections stay open. */
  readonly swallowRequests: boolean;
  /** Bytes towards the client vanish; the connections stay open. */
  readonly swallowReplies: boolean;
  /** New connections are reset at once. */
  readonly refuse: boolean;
}

const NO_FAULTS: Faults = {
  latencyMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  swallowRequests: false,
  swallowReplies: false,
  refuse: false,
};

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes towards the client until the connection is cut; null for no cut. */
  cutAfterBytes: number | null;
}

/** A TCP proxy on loopback that does to its connections what networks do. Bytes are never doubled. */
export class FaultProxy {
  #upstream: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #faults = NO_FAULTS;
  #port = 0;

  private constructor(upstream: { readonly host: string; readonly port: number }) {
    this.#upstream = upstream;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Opens a proxy on a free port. */
  static async open(upstreamPort: number, host = "127.0.0.1"): Promise<FaultProxy> {
    const proxy = new FaultProxy({ host, port: upstreamPort });
    proxy.#port = await listenOnLoopback(proxy.#server);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Changes some faults; the others stay. */
  set(faults: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  /** Nothing passes either way, and nobody is told. */
  blackHole(): void {
    this.set({ swallowRequests: true, swallowReplies: true });
  }

  /** Lets everything pass again. What vanished stays lost, so connections it hit are reset. */
  heal(): void {
    const wasLossy = this.#faults.swallowRequests || this.#faults.swallowReplies;
    this.#faults = NO_FAULTS;
    if (wasLossy) {
      this.resetAll();
    }
  }

  /** Sends new connections to another port, and resets those that are open. */
  retarget(upstreamPort: number): void {
    this.#upstream = { ...this.#upstream, port: upstreamPort };
    this.resetAll();
  }

  /** Resets every connection on both sides. */
  resetAll(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** The server sees every connection reset; the client sees nothing at all. */
  halfOpen(): void {
    for (const { server } of this.#pairs) {
      server.resetAndDestroy();
    }
    this.set({ swallowRequests: true, swallowReplies: true });
  }

  /** Lets so many more bytes pass towards each client, in the middle of a frame if need be, then resets. */
  cutAfter(bytes: number): void {
    for (const pair of this.#pairs) {
      pair.cutAfterBytes = bytes;
    }
  }

  async close(): Promise<void> {
    this.resetAll();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await closed;
  }

  #accept(client: Socket): void {
    client.on("error", () => {});
    if (this.#faults.refuse) {
      client.resetAndDestroy();
      return;
    }
    const server = dial({ ...this.#upstream, allowHalfOpen: true });
    server.on("error", () => {});
    client.setNoDelay(true);
    server.setNoDelay(true);
    const pair: Pair = { client, server, cutAfterBytes: null };
    this.#pairs.add(pair);
    void this.#pump(client, server, () => this.#faults.swallowRequests, null);
    void this.#pump(server, client, () => this.#faults.swallowReplies, pair);
    const close = (): void => this.#closed(pair);
    client.on("close", close);
    server.on("close", close);
  }

  /** Ends the other side too, but for a connection that is meant to look alive. */
  #closed(pair: Pair): void {
    const isSilent = this.#faults.swallowReplies && !pair.client.destroyed;
    if (!isSilent) {
      pair.client.destroy();
      pair.server.destroy();
    }
    if (pair.client.destroyed && pair.server.destroyed) {
      this.#pairs.delete(pair);
    }
  }

  async #pump(
    from: Socket,
    to: Socket,
    isSwallowed: () => boolean,
    cut: Pair | null,
  ): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        await this.#hold(piece.length);
        if (isSwallowed()) {
          continue;
        }
        if (cut !== null && cut.cutAfterBytes !== null && piece.length >= cut.cutAfterBytes) {
          to.write(piece.subarray(0, cut.cutAfterBytes), () => to.resetAndDestroy());
          from.resetAndDestroy();
          return;
        }
        if (cut !== null && cut.cutAfterBytes !== null) {
          cut.cutAfterBytes -= piece.length;
        }
        if (!to.destroyed && !to.write(piece)) {
          await drained(to);
        }
      }
      if (!isSwallowed()) {
        to.end();
      }
    } catch {
      // A reset connection; its "close" event ends the other side.
    }
  }

  async #hold(bytes: number): Promise<void> {
    const { latencyMs, bytesPerSecond } = this.#faults;
    const holdMs = latencyMs + (bytes / bytesPerSecond) * 1000;
    if (holdMs > 0) {
      await pause(holdMs);
    }
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", resolve);
  });
}
