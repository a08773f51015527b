import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import { connect as dial, type Socket } from "node:net";
import { grpcHeaders } from "../../crash/support/load/hostile-clients.ts";
import { pause } from "../../support/time/pause.ts";

/** How a raw call ended. */
export interface RawEnd {
  /** The value of `grpc-status`; null where the stream ended without one. */
  readonly grpcStatus: number | null;
  /** Whether the call was still open when its time was over. */
  readonly isOpen: boolean;
}

/** What a raw call sends. */
export interface RawCall {
  readonly path: string;
  readonly chunks: readonly Buffer[];
  readonly headers?: OutgoingHttpHeaders;
  /** Whether to say that nothing follows. Default: yes. */
  readonly ends?: boolean;
  readonly withinMs?: number;
}

/** Opens an HTTP/2 connection that complains to nobody. */
export function openRawSession(address: string): ClientHttp2Session {
  const session = connect(`http://${address}`);
  session.on("error", () => {});
  return session;
}

/** Makes a call by hand on a connection of its own. Never rejects. */
export async function callRaw(address: string, call: RawCall): Promise<RawEnd> {
  const session = openRawSession(address);
  try {
    return await callOn(session, call);
  } finally {
    session.destroy();
  }
}

/** Makes a call by hand. Never rejects. */
export function callOn(session: ClientHttp2Session, call: RawCall): Promise<RawEnd> {
  const { path, chunks, headers = {}, ends = true, withinMs = 3_000 } = call;
  return new Promise((resolve) => {
    let grpcStatus: number | null = null;
    const stream = session.request({ ...grpcHeaders(path), ...headers });
    const note = (received: NodeJS.Dict<string | string[]>): void => {
      const value = received["grpc-status"];
      grpcStatus = value === undefined ? grpcStatus : Number(value);
    };
    stream.on("response", (received) => note(received as NodeJS.Dict<string>));
    stream.on("trailers", (received) => note(received as NodeJS.Dict<string>));
    stream.on("error", () => {});
    stream.on("close", () => resolve({ grpcStatus, isOpen: false }));
    session.on("close", () => resolve({ grpcStatus, isOpen: false }));
    stream.resume();
    for (const chunk of chunks) {
      stream.write(chunk);
    }
    if (ends) {
      stream.end();
    }
    void pause(withinMs).then(() => resolve({ grpcStatus, isOpen: !stream.closed }));
  });
}

/** Writes bytes to a socket and tells whether the peer closed it in time. */
export async function sendBytes(
  address: string,
  bytes: Buffer,
  withinMs = 1_000,
): Promise<{ readonly isClosed: boolean }> {
  const socket = openSocket(address);
  let isClosed = false;
  socket.on("close", () => {
    isClosed = true;
  });
  socket.write(bytes);
  socket.resume();
  await pause(withinMs);
  socket.destroy();
  return { isClosed };
}

/** Opens a TCP connection that complains to nobody. */
export function openSocket(address: string): Socket {
  const [host, port] = address.split(":");
  const socket = dial(Number(port), host);
  socket.on("error", () => {});
  return socket;
}
