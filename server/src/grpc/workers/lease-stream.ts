import { LIMITS, type Timer } from "@baton/proto/shared";
import { type handleBidiStreamingCall, Metadata, type ServerDuplexStream } from "@grpc/grpc-js";
import type {
  WorkerHello,
  WorkerLink,
  WorkerMessage,
  WorkerSession,
} from "../../dispatch/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import { validateCredit, validateHello } from "../../intake/validate-hello.ts";
import type { Connection } from "../../net/connection.ts";
import { endWithError, refuseFlood, streaming } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { fromWireHeld, toServerFrame } from "../convert/frames.ts";
import { toTaskError } from "../status.ts";
import type { Received, Sent } from "../wire.ts";
import { checkSettlements } from "./settle.ts";

type Frame = Received<"WorkerFrame">;
type Call = ServerDuplexStream<Frame, Sent<"ServerFrame">>;

/** What a name or label takes beside its text. */
const NAME_BYTES = 64;
/** A session that keeps more of its Hello waits until its address may hold that. */
const LARGE_HELLO_BYTES = 16 * 1024;

/** Handles `Lease`. */
export function leaseHandler(
  context: ServiceContext,
): handleBidiStreamingCall<Frame, Sent<"ServerFrame">> {
  return streaming(context, (call: Call) => new LeaseStream(call, context).start());
}

/**
 * One worker's stream. Everything that is written goes through here, and however the stream ends, its
 * session is told once.
 *
 * Reading stops while the worker's session opens, so that its next frames wait in order; while the worker
 * reads too slowly, so that what it sends cannot pile up answers; and while more settlements wait for the
 * store than a worker can have leases.
 */
class LeaseStream implements WorkerLink {
  readonly #call: Call;
  readonly #context: ServiceContext;
  readonly #connection: Connection | null;
  readonly #writableListeners: (() => void)[] = [];
  #session: WorkerSession | null = null;
  #isOpening = false;
  #isWriteBlocked = false;
  #isHalfClosed = false;
  /** No more is read or written. */
  #isOver = false;
  #isSessionClosed = false;
  #settlementsUnanswered = 0;
  #isConnectionOld = false;
  #forgetCall: () => void = () => {};
  /** Waits for Hello, later for what a closing stream still owes. */
  #timer: Timer | null = null;

  constructor(call: Call, context: ServiceContext) {
    this.#call = call;
    this.#context = context;
    this.#connection = context.ledger.connectionOf(call);
  }

  start(): void {
    // Sent at once: it tells the worker that the stream is up, and keeps grpc from retrying it.
    this.#call.sendMetadata(new Metadata());
    this.#timer = this.#context.clock.after(this.#context.helloTimeoutMs, () =>
      this.end(this.#isOpening ? openingTimeout() : helloTimeout()),
    );
    this.#forgetCall = this.#context.ages.add(this.#call, () => this.#rotate());
    this.#call.on("data", (frame) => this.#receive(frame));
    this.#call.on("end", () => this.#halfClose());
    this.#call.on("drain", () => this.#unblock());
    this.#call.on("cancelled", () => this.#gone());
    this.#call.on("close", () => this.#gone());
    // Our own ending with an error comes by here too, and is not news.
    this.#call.on("error", () => this.#isOver || this.#gone());
  }

  send(message: WorkerMessage): boolean {
    if (this.#isOver) {
      return false;
    }
    const isFree = this.#call.write(toServerFrame(message)) && !this.#mustWait();
    if (!isFree) {
      this.#isWriteBlocked = true;
      this.#flow();
    }
    if (message.kind === "settle_ack") {
      const wasBehind = this.#isBehind;
      this.#settlementsUnanswered -= message.results.length;
      if (wasBehind) {
        this.#flow();
      }
      this.#endIfSettled();
    }
    return isFree;
  }

  end(error: TaskError | null): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (error === null) {
      this.#call.end();
    } else {
      endWithError(this.#call, error);
    }
    // What a worker does not read is never flushed, so the end would not come either.
    this.#wait(() => this.#call.destroy());
    // Not at once: the dispatcher may be in the middle of ending the session itself.
    queueMicrotask(() => this.#closeSession());
  }

  get #isBehind(): boolean {
    return this.#settlementsUnanswered > LIMITS.maxHeldLeases;
  }

  onWritable(listener: () => void): void {
    this.#writableListeners.push(listener);
  }

  #receive(frame: Frame): void {
    if (this.#isOver) {
      return;
    }
    try {
      refuseFlood(frame);
      if (this.#session === null) {
        this.#open(frame);
      } else {
        this.#pass(frame, this.#session);
      }
    } catch (error) {
      this.end(toTaskError(error, this.#context.log));
    }
  }

  #open(frame: Frame): void {
    if (frame.frame !== "hello" || !frame.hello) {
      throw new TaskError("HELLO_EXPECTED", "the first frame must be a Hello");
    }
    const hello = validateHello(frame.hello);
    if (hello instanceof TaskError) {
      throw hello;
    }
    this.#isOpening = true;
    this.#flow();
    const bytes = bytesKeptOf(hello);
    if (bytes < LARGE_HELLO_BYTES) {
      this.#openSession(hello);
    } else {
      this.#context.ledger.makeRoom(this.#call, bytes, () => this.#openSession(hello));
    }
  }

  #openSession(hello: WorkerHello): void {
    if (!this.#isOver) {
      this.#context.dispatcher.openSession(hello, this).then(
        (session) => this.#opened(session),
        (error: unknown) => this.end(toTaskError(error, this.#context.log)),
      );
    }
  }

  #opened(session: WorkerSession): void {
    this.#session = session;
    this.#isOpening = false;
    if (this.#isOver) {
      this.#closeSession();
    } else {
      this.#timer?.cancel();
      this.#flow();
      if (this.#isConnectionOld) {
        session.rotate();
      }
    }
  }

  #rotate(): void {
    this.#isConnectionOld = true;
    this.#session?.rotate();
  }

  #pass(frame: Frame, session: WorkerSession): void {
    switch (frame.frame) {
      case "hello":
        throw new TaskError("HELLO_EXPECTED", "only the first frame may be a Hello");
      case "credit":
        this.#credit(frame.credit?.tasks ?? 0, session);
        break;
      case "heartbeat":
        this.#heartbeat(frame.heartbeat, session);
        break;
      case "settle":
        this.#settle(frame.settle?.settlements ?? [], session);
        break;
      case "drain":
        session.drain();
        break;
      default:
        // A kind that only a newer worker knows.
        break;
    }
  }

  #credit(tasks: number, session: WorkerSession): void {
    const error = validateCredit(tasks);
    if (error !== null) {
      throw error;
    }
    session.addCredit(tasks);
  }

  #heartbeat(heartbeat: Frame["heartbeat"], session: WorkerSession): void {
    const held = fromWireHeld(heartbeat?.leases ?? []);
    if (held instanceof TaskError) {
      throw held;
    }
    session.heartbeat(held, heartbeat?.sequence ?? 0);
  }

  #settle(settlements: Received<"Settle">["settlements"], session: WorkerSession): void {
    const { valid, rejected } = checkSettlements(settlements, "settle");
    this.#settlementsUnanswered += settlements.length;
    if (this.#isBehind) {
      this.#flow();
    }
    if (rejected.length > 0) {
      this.send({ kind: "settle_ack", results: rejected });
    }
    if (valid.length > 0) {
      session.settle(valid);
    }
  }

  /** A worker that said all it had to say may still wait for the answers to its settlements. */
  #halfClose(): void {
    if (this.#session === null) {
      this.end(new TaskError("HELLO_EXPECTED", "the stream ended before a Hello"));
      return;
    }
    this.#isHalfClosed = true;
    this.#wait(() => this.end(null));
    this.#endIfSettled();
  }

  #endIfSettled(): void {
    if (this.#isHalfClosed && this.#settlementsUnanswered <= 0) {
      this.end(null);
    }
  }

  /** Whether this worker's address holds so much that it is granted nothing for now. */
  #mustWait(): boolean {
    return this.#context.ledger.mustWait(this.#connection, () => this.#isOver || this.#unblock());
  }

  #unblock(): void {
    this.#isWriteBlocked = false;
    this.#flow();
    try {
      for (const listener of this.#writableListeners) {
        listener();
      }
    } catch (error) {
      this.end(toTaskError(error, this.#context.log));
    }
  }

  #flow(): void {
    if (this.#isOpening || this.#isWriteBlocked || this.#isBehind) {
      this.#call.pause();
    } else {
      this.#call.resume();
    }
  }

  #wait(action: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.after(this.#context.lingerMs, action);
  }

  #gone(): void {
    this.#isOver = true;
    this.#forgetCall();
    this.#timer?.cancel();
    this.#closeSession();
  }

  #closeSession(): void {
    if (this.#session !== null && !this.#isSessionClosed) {
      this.#isSessionClosed = true;
      try {
        this.#session.closed();
      } catch (error) {
        // Nobody is left to be told, but the log.
        toTaskError(error, this.#context.log);
      }
    }
  }
}

function helloTimeout(): TaskError {
  return new TaskError("SESSION_SILENT", "no Hello came in time");
}

function openingTimeout(): TaskError {
  return new TaskError("OUTCOME_UNKNOWN", "the session was not opened in time");
}

/** What a session keeps of its Hello for as long as it lives, about. */
function bytesKeptOf({ subscriptions, labels }: WorkerHello): number {
  let bytes = 0;
  for (const { queue, types } of subscriptions) {
    bytes += queue.length + NAME_BYTES;
    for (const type of types ?? []) {
      bytes += type.length + NAME_BYTES;
    }
  }
  for (const [name, value] of Object.entries(labels)) {
    bytes += name.length + value.length + NAME_BYTES;
  }
  return bytes;
}
