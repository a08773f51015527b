import type { EventEmitter } from "node:events";
import type { Http2Session } from "node:http2";
import type { Clock, Timer } from "@baton/proto/shared";
import type {
  Metadata,
  ServerInterceptingCall,
  ServerInterceptingCallInterface,
  ServerInterceptor,
  ServiceDefinition,
} from "@grpc/grpc-js";
import { TaskError } from "../../domain/errors.ts";
import type { Connection } from "../../net/connection.ts";
import type { MemoryBudget } from "../../net/memory-budget.ts";
import { type ReadTurns, WORK } from "../../net/read-turns.ts";
import { toCallStatus } from "../status.ts";
import { CALL_BYTES, type CallInternals, MeasuredCall } from "./measured-call.ts";

/** How many calls a connection may have open. */
const MAX_CALLS = 256;
/** How many before its first message: opening them is what costs, and all that are sent come at once. */
export const MAX_FIRST_CALLS = 32;
/** What a connection holds by itself. */
const CONNECTION_BYTES = 32 * 1024;
/** A connection that read and wrote less since it was looked at holds about what it held. */
const UNSEEN_BYTES = 16 * 1024;
/** Answers below are not counted one by one. */
const LARGE_ANSWER_BYTES = 16 * 1024;
const SWEEP_INTERVAL_MS = 1_000;
const UNCOMPRESSED = "identity";

/** A call as its handler sees it. */
interface HandledCall {
  getPeer(): string;
}

/** What handlers ask of a ledger before they send much. */
export type AnswerRoom = Pick<CallLedger, "connectionOf" | "makeRoom" | "mustWait">;

/**
 * Knows the calls of every connection and what each makes this process hold. A call costs an entry in a set;
 * only connections that read or write much are looked at.
 */
export class CallLedger {
  readonly #budget: MemoryBudget;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #connections = new Map<string, ConnectionCalls>();
  /** The same, found sooner. */
  readonly #bySession = new WeakMap<Http2Session, ConnectionCalls>();
  readonly #progress = { writtenBytes: 0 };
  #timer: Timer | null = null;

  /** @param timeoutMs how long a request may take to arrive, or a finished answer to be read */
  constructor(budget: MemoryBudget, clock: Clock, timeoutMs: number) {
    this.#budget = budget;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Sees each call before its handler does; ends those whose messages are compressed. */
  readonly interceptor: ServerInterceptor = (method, call) => {
    const internals = call as unknown as CallInternals;
    if (internals.incomingEncoding !== UNCOMPRESSED) {
      refuseCompressed(call);
    } else {
      this.#callsOf(internals, call)?.add(internals, !method.requestStream);
      this.#budget.wake();
    }
    return call as ServerInterceptingCall;
  };

  /** A connection was taken; what its calls make the event loop do is told to `turns`. */
  add(connection: Connection, turns: Pick<ReadTurns, "spend">): void {
    const { socket } = connection;
    const key = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#connections.set(key, new ConnectionCalls(connection, this.#progress, turns));
    socket.once("close", () => this.#connections.delete(key));
  }

  /** The connection that a call came over; null where it is gone. */
  connectionOf(call: HandledCall): Connection | null {
    return this.#connections.get(call.getPeer())?.connection ?? null;
  }

  /** Returns the definition, with large answers counted as they are written. */
  counted<Definition extends ServiceDefinition>(definition: Definition): Definition {
    const methods = Object.entries(definition).map(([name, method]) => [
      name,
      { ...method, responseSerialize: this.#counting(method.responseSerialize) },
    ]);
    return Object.fromEntries(methods) as Definition;
  }

  /**
   * Keeps room for a large answer until the call is over: at once, or when it is its peer's turn.
   *
   * @param ready called once there is room, unless the call is over before; is given what says how much of
   *   it is needed after all
   */
  makeRoom(
    call: HandledCall & EventEmitter,
    bytes: number,
    ready: (needs: (bytes: number) => void) => void,
  ): void {
    const connection = this.connectionOf(call);
    if (connection === null) {
      ready(() => {});
      return;
    }
    call.once("cancelled", this.#budget.reserve(connection.peer, bytes, ready));
  }

  /**
   * Waits where a call's peer holds so much that it should be sent no more for now.
   *
   * @param ready called once it may be sent more
   * @returns whether it has to wait
   */
  mustWait(connection: Connection | null, ready: () => void): boolean {
    if (connection === null || !this.#budget.isPressed(connection.peer)) {
      return false;
    }
    const { peer } = connection;
    peer.waiting.add(() => {
      const isFree = !this.#budget.isPressed(peer);
      if (isFree) {
        ready();
      }
      return isFree;
    });
    return true;
  }

  /** Begins to look for calls that do not get on. */
  start(): void {
    this.#timer = this.#clock.after(SWEEP_INTERVAL_MS, () => this.start());
    const nowMs = this.#clock.monotonicMs();
    for (const calls of this.#connections.values()) {
      calls.sweep(nowMs, this.#timeoutMs);
    }
  }

  /** Ends the timer. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #callsOf({ stream }: CallInternals, call: HandledCall): ConnectionCalls | null {
    const { session } = stream;
    if (session === undefined) {
      return null;
    }
    let calls = this.#bySession.get(session);
    if (calls === undefined) {
      calls = this.#connections.get(call.getPeer());
      if (calls === undefined) {
        return null;
      }
      this.#bySession.set(session, calls);
    }
    return calls;
  }

  #counting<Response>(serialize: (value: Response) => Buffer): (value: Response) => Buffer {
    return (value) => {
      const bytes = serialize(value);
      if (bytes.length >= LARGE_ANSWER_BYTES) {
        this.#progress.writtenBytes += bytes.length;
        this.#budget.wrote(bytes.length);
      }
      return bytes;
    };
  }
}

/** The calls of one connection. */
class ConnectionCalls {
  readonly connection: Connection;
  readonly #progress: { readonly writtenBytes: number };
  readonly #calls = new Set<MeasuredCall>();
  readonly #turns: Pick<ReadTurns, "spend">;
  /** Whether a message came over it, after which it may have {@link MAX_CALLS}. */
  #isTrusted = false;
  #isSlow = false;
  /** What its calls held when they were looked at, and how far it and all had got then. */
  #seen = { heldBytes: 0, readBytes: 0, writtenBytes: 0 };

  constructor(
    connection: Connection,
    progress: { readonly writtenBytes: number },
    turns: Pick<ReadTurns, "spend">,
  ) {
    this.connection = connection;
    this.#turns = turns;
    this.#progress = progress;
    connection.measure = () => this.#measure();
    connection.slowDown = (roomBytes) => this.#slowDown(roomBytes);
  }

  add(internals: CallInternals, hasOneRequest: boolean): void {
    const call = new MeasuredCall(internals, hasOneRequest);
    this.#calls.add(call);
    const { stream, readQueue } = internals;
    stream.once("close", () => this.#calls.delete(call));
    this.#turns.spend(this.connection, WORK.call);
    // After grpc-js, which reads on only once it has none left: these came with the frame.
    stream.on("data", () => {
      this.#turns.spend(this.connection, WORK.frame + readQueue.length * WORK.message);
      if (!this.#isTrusted && readQueue.length > 0) {
        this.#isTrusted = true;
        stream.session?.settings({ maxConcurrentStreams: MAX_CALLS });
      }
    });
  }

  sweep(nowMs: number, timeoutMs: number): void {
    this.#seen.readBytes = Number.NEGATIVE_INFINITY;
    for (const call of this.#calls) {
      if (call.isOverdue(nowMs, timeoutMs)) {
        call.cut();
      }
    }
  }

  #measure(): number {
    const readBytes = this.connection.socket.bytesRead;
    const { writtenBytes } = this.#progress;
    const isSeen =
      this.#seen.heldBytes < UNSEEN_BYTES &&
      readBytes - this.#seen.readBytes < UNSEEN_BYTES &&
      writtenBytes - this.#seen.writtenBytes < UNSEEN_BYTES;
    if (!isSeen) {
      let heldBytes = 0;
      for (const call of this.#calls) {
        heldBytes += call.heldBytes();
      }
      this.#seen = { heldBytes, readBytes, writtenBytes };
    }
    return CONNECTION_BYTES + this.#calls.size * CALL_BYTES + this.#seen.heldBytes;
  }

  /** Lets those messages come to their end that fit; calls are in the order in which they came. */
  #slowDown(roomBytes: number): number {
    const mustWait = roomBytes < Number.POSITIVE_INFINITY;
    if (!mustWait && !this.#isSlow) {
      return roomBytes;
    }
    this.#isSlow = mustWait;
    let room = roomBytes;
    for (const call of this.#calls) {
      room -= call.arrivingBytes;
      call.stop(room < 0);
    }
    return room;
  }
}

function refuseCompressed(call: ServerInterceptingCallInterface): void {
  const error = new TaskError("NOT_SUPPORTED", "compressed messages are not supported");
  const status = toCallStatus(error);
  (status.metadata as Metadata).set("grpc-accept-encoding", UNCOMPRESSED);
  call.sendStatus(status);
}
