import { Agent, request as httpRequest } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { grpcHeaders, grpcMessage } from "../../crash/support/load/hostile-clients.ts";

/** A kind of request, at its most expensive. Runs in a process of its own. */
export interface Cost {
  /** What is asked for, in a few words. */
  readonly title: string;
  /** How many are under way at a time. Default: 1. */
  readonly atOnce?: number;
  /**
   * Makes what the requests need.
   *
   * @returns what makes the n-th request, the first being 0, and resolves with its size once it is answered
   */
  begin(caller: Caller): Promise<(n: number) => Promise<number>>;
}

/** What a file of costs has. */
export interface Costs {
  readonly costs: readonly Cost[];
  /** Makes what all of them need, once. */
  prepare?(caller: Caller): Promise<void>;
}

/** A method of gRPC, as `loadBaton` describes it. */
interface Method<Request> {
  readonly path: string;
  requestSerialize(request: Request): Buffer;
}

/** Makes calls without looking at what is answered, which would cost more than to ask. */
export class Caller {
  readonly #session: ClientHttp2Session;
  readonly #httpAddress: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(address: string, httpAddress: string) {
    this.#httpAddress = httpAddress;
    this.#session = connect(`http://${address}`, { maxSessionMemory: 1_000 });
    this.#session.on("error", () => {});
  }

  /** Makes a unary call; resolves with the size of the request. */
  async call<Request>(method: Method<Request>, request: Request): Promise<number> {
    return this.send(method.path, method.requestSerialize(request));
  }

  /** Makes a unary call and returns the message that it is answered with. */
  async ask<Request, Response>(
    method: Method<Request> & { responseDeserialize(bytes: Buffer): Response },
    request: Request,
  ): Promise<Response> {
    const stream = this.open(method.path);
    stream.end(method.requestSerialize(request));
    const answer = await stream.next();
    if (answer === null) {
      throw new Error(`${method.path} was refused`);
    }
    return method.responseDeserialize(answer);
  }

  /** Makes a unary call with an encoded message; resolves with its size. */
  async send(path: string, message: Buffer): Promise<number> {
    const stream = this.open(path);
    stream.end(message);
    await stream.closed;
    return message.length;
  }

  /** Ends its connections. */
  close(): void {
    this.#session.destroy();
    this.#agent.destroy();
  }

  /** Opens a call. */
  open(path: string): RawStream {
    return new RawStream(this.#session.request(grpcHeaders(path)));
  }

  /** Makes a request of HTTP; resolves with the size of its body once it is answered. */
  http(method: string, path: string, type: string, body: Buffer): Promise<number> {
    const [host, port] = this.#httpAddress.split(":");
    return new Promise((resolve, reject) => {
      const headers = body.length === 0 ? {} : { "content-type": type };
      const agent = this.#agent;
      const request = httpRequest({ host, port, method, path, headers, agent }, (response) => {
        response.resume();
        response.on("end", () => resolve(body.length));
      });
      request.on("error", reject);
      request.end(body);
    });
  }
}

/** A call under way: messages go out, and those that come are counted off, seldom decoded. */
export class RawStream {
  readonly closed: Promise<void>;
  readonly #stream: ClientHttp2Stream;
  readonly #messages: Buffer[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted = 0;
  #isClosed = false;
  #tell: () => void = () => {};

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    this.closed = new Promise((resolve) => {
      stream.on("close", () => {
        this.#isClosed = true;
        this.#tell();
        resolve();
      });
    });
  }

  write(message: Buffer): void {
    this.#stream.write(grpcMessage(message));
  }

  /** Sends a last message, or none. */
  end(message?: Buffer): void {
    this.#stream.end(message === undefined ? undefined : grpcMessage(message));
  }

  /** Resets the call. */
  cancel(): void {
    this.#stream.close(8);
  }

  /** The next message; null where the call ended. */
  async next(): Promise<Buffer | null> {
    while (this.#messages.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
    return this.#messages.shift() ?? null;
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) {
      return;
    }
    let bytes = Buffer.concat(this.#chunks);
    for (;;) {
      this.#wanted = bytes.length < 5 ? 5 : 5 + bytes.readUInt32BE(1);
      if (bytes.length < this.#wanted) {
        break;
      }
      this.#messages.push(bytes.subarray(5, this.#wanted));
      bytes = bytes.subarray(this.#wanted);
    }
    this.#chunks = [bytes];
    this.#bytes = bytes.length;
    this.#tell();
  }
}

/** So many of something, by their places. */
export function times<Item>(count: number, itemOf: (n: number) => Item): Item[] {
  return Array.from({ length: count }, (_, n) => itemOf(n));
}

/** So many entries, each value of so many bytes. */
export function entries(count: number, valueBytes: number): Record<string, string> {
  return Object.fromEntries(times(count, (n) => [`k${n}`, "x".repeat(valueBytes)]));
}

/** An id that a task of a queue could have. */
export function madeUpId(queue: string, n: number): string {
  return `${queue}~${String(n).padStart(16, "A")}`;
}
