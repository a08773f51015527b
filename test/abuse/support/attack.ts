import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type Settings,
} from "node:http2";
import { connect as dial, type Socket } from "node:net";
import { grpcHeaders } from "../../crash/support/load/hostile-clients.ts";

/** What an attack is told. */
export interface AttackTarget {
  /** Where gRPC is served, `127.0.0.1:port`. */
  readonly address: string;
  /** Where HTTP is served. */
  readonly httpAddress: string;
  /** The loopback addresses to come from; each is a peer of its own. */
  readonly from: readonly string[];
  /** Ids of tasks that are there to be read, in the queue `loot`, with a payload of 1 MiB each. */
  readonly loot: readonly string[];
}

/** A way to hurt a dispatcher. It runs in a process of its own, which is killed when its time is over. */
export interface Attack {
  /** What it does, in a few words. */
  readonly title: string;
  /** Begins, from every address that it is given; resolves when all is sent, or never. */
  run(target: AttackTarget): Promise<void>;
}

/** Opens an HTTP/2 connection from an address; it complains to nobody. */
export function openFrom(address: string, from: string, settings?: Settings): ClientHttp2Session {
  const session = connect(`http://${address}`, {
    createConnection: () => dialFrom(address, from),
    // Else the client itself resets what is too much for it.
    maxSessionMemory: 100_000,
    ...(settings === undefined ? {} : { settings }),
  });
  session.on("error", () => {});
  return session;
}

/** Opens a TCP connection from an address; it complains to nobody. */
export function dialFrom(address: string, from: string): Socket {
  const [host, port] = address.split(":");
  const socket = dial({ host, port: Number(port), localAddress: from });
  socket.on("error", () => {});
  return socket;
}

/** Begins a call of gRPC whose end nobody minds. */
export function beginCall(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const stream = session.request(grpcHeaders(path));
  stream.on("error", () => {});
  stream.resume();
  return stream;
}

/** Resolves at the first chance that others have to run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Sends the same bytes over a connection from each place as fast as they are taken; begins anew what is cut. */
export async function keepSending(
  places: readonly string[],
  begin: (from: string) => Socket,
  bytes: Buffer,
): Promise<never> {
  const sockets = places.map(begin);
  for (;;) {
    for (const [n, socket] of sockets.entries()) {
      if (socket.destroyed) {
        sockets[n] = begin(places[n] ?? "");
      } else if (!socket.writableNeedDrain) {
        socket.write(bytes);
      }
    }
    await nextTurn();
  }
}
