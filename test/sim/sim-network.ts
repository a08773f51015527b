import { EventEmitter } from "node:events";
import {
  type InterceptingCall,
  type Interceptor,
  Metadata,
  type ServerDuplexStream,
  status,
} from "@grpc/grpc-js";
import { services } from "../../server/src/grpc/wire.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { SimProcess, SimTime } from "./sim-time.ts";

type LeaseCall = ServerDuplexStream<never, never>;

/** Takes the server's end of a stream, as grpc-js hands it to a handler. */
export type StreamHandler = (call: LeaseCall) => void;

/** A dispatcher that streams can reach. */
export interface Endpoint {
  readonly process: SimProcess;
  readonly handler: StreamHandler;
}

interface ClientListener {
  onReceiveMetadata?(metadata: Metadata): void;
  onReceiveMessage?(message: unknown): void;
  onReceiveStatus?(end: { code: number; details: string; metadata: Metadata }): void;
}

const { Lease } = services.WorkerService.service;

/**
 * A network for lease streams: frames are delayed and keep their order, as TCP does; connections break,
 * fall silent for one side or both, and lose what was under way.
 */
export class SimNetwork {
  readonly time: SimTime;
  readonly random: SeededRandom;
  /** How often a stream goes wrong a second of its life. */
  faultRate = 0;
  readonly #streams = new Set<SimStream>();
  readonly #pick: () => Endpoint | null;

  /** @param pick chooses the dispatcher that a new stream reaches; null where none does */
  constructor(time: SimTime, random: SeededRandom, pick: () => Endpoint | null) {
    this.time = time;
    this.random = random;
    this.#pick = pick;
  }

  /** What a worker's client is given so that its streams run here. */
  interceptorFor(worker: SimProcess): Interceptor {
    return () => this.#open(worker) as unknown as InterceptingCall;
  }

  /** How long a frame is on its way. */
  latencyMs(): number {
    return this.random.chance(0.02) ? this.random.between(50, 800) : this.random.between(0, 3);
  }

  /** One of the streams that are open; null where none is. */
  anyStream(): SimStream | null {
    const open = [...this.#streams];
    return open.length === 0 ? null : this.random.pick(open);
  }

  /** Breaks what fell silent, as a keepalive would in the end. */
  heal(): void {
    for (const stream of [...this.#streams]) {
      stream.healed();
    }
  }

  forget(stream: SimStream): void {
    this.#streams.delete(stream);
  }

  #open(worker: SimProcess): SimStream {
    const stream = new SimStream(this, worker, this.#pick());
    this.#streams.add(stream);
    return stream;
  }
}

/** One stream: the client's end is what grpc-js calls an intercepting call. */
export class SimStream {
  readonly #network: SimNetwork;
  readonly #worker: SimProcess;
  readonly #endpoint: Endpoint | null;
  readonly #server: ServerEnd;
  #listener: ClientListener = {};
  #toServerAtMs = 0;
  #toClientAtMs = 0;
  #isServerOver = false;
  #isClientOver = false;
  /** Frames vanish, and no side hears of it. */
  #isSilent = false;
  #unread: unknown[] = [];
  #wanted = 0;
  #end: { code: number; details: string; metadata: Metadata } | null = null;

  constructor(network: SimNetwork, worker: SimProcess, endpoint: Endpoint | null) {
    this.#network = network;
    this.#worker = worker;
    this.#endpoint = endpoint;
    this.#server = new ServerEnd(this, network);
    worker.onDeath(() => this.#clientGone());
    endpoint?.process.onDeath(() => this.#serverGone());
  }

  // What grpc-js calls on the client's side.

  start(_metadata: Metadata, listener: ClientListener): void {
    this.#listener = listener;
    const endpoint = this.#endpoint;
    if (endpoint === null || endpoint.process.isDead) {
      this.#isServerOver = true;
      this.#network.time.after(this.#network.latencyMs(), () =>
        this.#endClient(status.UNAVAILABLE),
      );
      return;
    }
    this.#toServer(() => endpoint.handler(this.#server as unknown as LeaseCall));
  }

  sendMessageWithContext(context: { callback?: () => void }, message: unknown): void {
    const bytes = Lease.requestSerialize(message as never);
    this.#toServer(() => this.#server.receive(Lease.requestDeserialize(bytes)));
    process.nextTick(() => context.callback?.());
  }

  sendMessage(message: unknown): void {
    this.sendMessageWithContext({}, message);
  }

  startRead(): void {
    this.#wanted += 1;
    this.#deliver();
  }

  halfClose(): void {
    this.#toServer(() => this.#server.receiveEnd());
  }

  cancelWithStatus(code: number, details: string): void {
    if (!this.#isClientOver) {
      this.#toServer(() => this.#server.cut());
      this.#isClientOver = true;
      this.#over();
      const metadata = new Metadata();
      process.nextTick(() => this.#listener.onReceiveStatus?.({ code, details, metadata }));
    }
  }

  getPeer(): string {
    return "simulated";
  }

  getAuthContext(): null {
    return null;
  }

  // What the server's end calls.

  sendToClient(message: unknown): void {
    const bytes = Lease.responseSerialize(message as never);
    this.#toClient(() => {
      this.#unread.push(Lease.responseDeserialize(bytes));
      this.#deliver();
    });
  }

  sendStatus(end: { code: number; details: string; metadata: Metadata }): void {
    this.#toClient(() => {
      this.#end = end;
      this.#deliver();
    });
    this.#isServerOver = true;
    this.#over();
  }

  // What the nemesis calls.

  /** Both sides learn, each at its time, that the connection broke; what is under way is lost. */
  break(): void {
    this.#clientGone();
    this.#serverGone();
  }

  /** Nothing passes any more; both sides have to find out by themselves. */
  goSilent(): void {
    this.#isSilent = true;
  }

  /** The server learns that the connection broke; the client does not. */
  breakForServer(): void {
    this.#clientGone();
    this.#isSilent = true;
  }

  /** The client learns that the connection broke; the server does not. */
  breakForClient(): void {
    this.#serverGone();
    this.#isSilent = true;
  }

  healed(): void {
    if (this.#isSilent) {
      this.break();
    }
  }

  #clientGone(): void {
    if (!this.#isServerOver) {
      this.#isServerOver = true;
      const process = this.#endpoint?.process ?? null;
      this.#network.time.after(this.#network.latencyMs(), () => this.#server.cut(), process);
      this.#over();
    }
  }

  #serverGone(): void {
    if (!this.#isClientOver) {
      this.#network.time.after(
        this.#network.latencyMs(),
        () => this.#endClient(status.UNAVAILABLE),
        this.#worker,
      );
    }
  }

  #endClient(code: number): void {
    if (!this.#isClientOver) {
      this.#isClientOver = true;
      this.#over();
      this.#listener.onReceiveStatus?.({
        code,
        details: "the connection broke",
        metadata: new Metadata(),
      });
    }
  }

  #toServer(action: () => void): void {
    const { time } = this.#network;
    this.#toServerAtMs = Math.max(this.#toServerAtMs, time.nowMs + this.#network.latencyMs());
    const process = this.#endpoint?.process ?? null;
    const deliver = (): void => {
      if (!this.#isSilent && !this.#isServerOver) {
        action();
      }
    };
    time.after(this.#toServerAtMs - time.nowMs, deliver, process);
  }

  #toClient(action: () => void): void {
    const { time } = this.#network;
    this.#toClientAtMs = Math.max(this.#toClientAtMs, time.nowMs + this.#network.latencyMs());
    const deliver = (): void => {
      if (!this.#isSilent && !this.#isClientOver) {
        action();
      }
    };
    time.after(this.#toClientAtMs - time.nowMs, deliver, this.#worker);
  }

  #deliver(): void {
    while (this.#wanted > 0 && this.#unread.length > 0 && !this.#isClientOver) {
      this.#wanted -= 1;
      this.#listener.onReceiveMessage?.(this.#unread.shift());
    }
    if (this.#end !== null && this.#unread.length === 0 && !this.#isClientOver) {
      this.#isClientOver = true;
      this.#over();
      this.#listener.onReceiveStatus?.(this.#end);
    }
  }

  #over(): void {
    if (this.#isClientOver && this.#isServerOver) {
      this.#network.forget(this);
    }
  }
}

/** The server's end of a stream, as much of grpc-js's as a handler uses. */
class ServerEnd extends EventEmitter {
  cancelled = false;
  readonly #stream: SimStream;
  readonly #network: SimNetwork;
  readonly #waiting: unknown[] = [];
  #isPaused = false;
  #isEnding = false;
  #isOver = false;

  constructor(stream: SimStream, network: SimNetwork) {
    super();
    this.#stream = stream;
    this.#network = network;
    this.on("error", (error: { code?: number; details?: string; metadata?: Metadata }) =>
      this.#finish(error.code ?? status.UNKNOWN, error.details ?? "", error.metadata),
    );
  }

  receive(message: unknown): void {
    this.#waiting.push(message);
    this.#flow();
  }

  receiveEnd(): void {
    this.#isEnding = true;
    this.#flow();
  }

  /** The connection is gone. */
  cut(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.cancelled = true;
      this.emit("cancelled", "cancelled");
      this.emit("close");
    }
  }

  sendMetadata(): void {}

  getPeer(): string {
    return "";
  }

  write(message: unknown): boolean {
    if (this.#isOver) {
      return false;
    }
    this.#stream.sendToClient(message);
    if (!this.#network.random.chance(0.02)) {
      return true;
    }
    this.#network.time.after(this.#network.random.between(1, 200), () => this.emit("drain"));
    return false;
  }

  end(): void {
    this.#finish(status.OK, "", undefined);
  }

  destroy(): void {
    this.#isOver = true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    setImmediate(() => this.#flow());
  }

  #flow(): void {
    while (!this.#isPaused && !this.#isOver && this.#waiting.length > 0) {
      this.emit("data", this.#waiting.shift());
    }
    if (this.#isEnding && !this.#isPaused && !this.#isOver && this.#waiting.length === 0) {
      this.#isEnding = false;
      this.emit("end");
    }
  }

  #finish(code: number, details: string, metadata: Metadata | undefined): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#stream.sendStatus({ code, details, metadata: metadata ?? new Metadata() });
      setImmediate(() => this.emit("close"));
    }
  }
}
