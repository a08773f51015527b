import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import {
  type HeartbeatScene,
  judgeCredit,
  judgeHeartbeat,
  judgeHello,
  type Rule,
} from "./frame-rules.ts";
import type { GrantedLease, TaskSketch } from "./ledger.ts";
import {
  duration,
  type Hello,
  keyOf,
  type LeaseRef,
  type ServerFrame,
  type Settlement,
  type SettlementResult,
  type WorkerFrame,
} from "./wire.ts";

/** The dispatcher's end of a lease stream, as grpc-js has it. */
export type LeaseCall = ServerDuplexStream<WorkerFrame, ServerFrame | Buffer>;

/** A lease for each task, in order. */
export type Leases<Tasks extends readonly TaskSketch[]> = {
  -readonly [Index in keyof Tasks]: GrantedLease;
};

/** A heartbeat as it arrived. */
export interface HeartbeatReceipt {
  readonly atMs: number;
  readonly leases: ReadonlySet<string>;
}

/** The dispatcher whose stream it is. */
export interface StreamOwner extends HeartbeatScene {
  readonly queue: string;
  readonly sessionKey: string;
  readonly streams: readonly ScriptedStream[];
  onHello(stream: ScriptedStream): void;
  onDrain(stream: ScriptedStream): void;
  keyTold(key: string): void;
  endLease(ref: LeaseRef): void;
  answerHeartbeat(stream: ScriptedStream, sequence: number): void;
  /** Takes settlements and returns their answers, in order. */
  settle(settlements: readonly Settlement[], streamIndex: number): SettlementResult[];
  /** Notes a broken rule; null is none. */
  report(rule: Rule, seen: string | null): void;
  needlessStream(): string;
}

/** How much later than its end it is known of a call that it was cancelled, at most. */
const cancelNoticeMs = 50;

/** One lease stream, as the scripted dispatcher sees it. */
export class ScriptedStream {
  readonly index: number;
  readonly openedAtMs: number;
  readonly heartbeats: HeartbeatReceipt[] = [];
  /** The sum of the credit that came and of that which grants took. */
  openCredit = 0;
  creditReceived = 0;
  hello: Hello | null = null;
  welcomedAtMs = Number.NaN;
  /** When WorkerDrain came; NaN before. */
  drainAtMs = Number.NaN;
  /** When the worker had sent its last; NaN before. */
  endedAtMs = Number.NaN;
  /** When that turned out to be a half-close, and no cancel; NaN before. */
  halfClosedAtMs = Number.NaN;
  /** When the stream was over for whatever reason; NaN before. */
  closedAtMs = Number.NaN;
  /** The stream that had the session when the Hello came, and was neither over nor told to go; else null. */
  openedBeside: ScriptedStream | null = null;
  #isToldToGo = false;
  readonly #call: LeaseCall;
  readonly #dispatcher: StreamOwner;

  constructor(call: LeaseCall, dispatcher: StreamOwner, index: number) {
    this.#call = call;
    this.#dispatcher = dispatcher;
    this.index = index;
    this.openedAtMs = dispatcher.observation.now();
    call.on("data", (frame: WorkerFrame) => this.#heard(() => this.#receive(frame)));
    call.on("end", () => void this.#ended());
    call.on("cancelled", () => this.#heard(() => this.#over()));
    call.on("error", () => this.#heard(() => this.#over()));
    call.on("close", () => this.#heard(() => this.#over()));
  }

  get isOpen(): boolean {
    return Number.isNaN(this.closedAtMs);
  }

  /** Answers the Hello: what it lists is kept, but for what is lost or not held by the session. */
  welcome(lost: readonly LeaseRef[] = [], sessionKey = this.#dispatcher.sessionKey): void {
    const { ledger, terms, observation } = this.#dispatcher;
    const gone = new Set(lost.map(keyOf));
    const listed = this.hello?.held ?? [];
    const isKept = (ref: LeaseRef): boolean =>
      !gone.has(keyOf(ref)) && ledger.find(ref)?.isOver === false;
    for (const ref of lost) {
      this.#dispatcher.endLease(ref);
    }
    ledger.keepOnly(listed);
    this.welcomedAtMs = observation.now();
    this.#dispatcher.keyTold(sessionKey);
    this.send({
      welcome: {
        sessionKey,
        leaseTtl: duration(terms.ttlMs),
        heartbeatInterval: duration(terms.heartbeatMs),
        kept: listed.filter(isKept),
        lost: listed.filter((ref) => !isKept(ref)),
        maxMessageBytes: terms.maxMessageBytes,
        maxPayloadBytes: terms.maxPayloadBytes,
      },
    });
  }

  /** Resolves when so much credit is open. */
  credited(tasks: number, withinMs = this.#dispatcher.terms.patienceMs): Promise<true> {
    return this.#dispatcher.observation.until(
      () =>
        `open credit of ${tasks} on stream ${this.index + 1}${this.#dispatcher.needlessStream()}`,
      withinMs,
      () => this.openCredit >= tasks,
    );
  }

  /** Waits for credit and grants the tasks in one frame. */
  async grant<const Tasks extends readonly TaskSketch[]>(tasks: Tasks): Promise<Leases<Tasks>> {
    await this.credited(tasks.length);
    return this.grantNow(tasks);
  }

  /** Grants the tasks in one frame at once. */
  grantNow<const Tasks extends readonly TaskSketch[]>(
    tasks: Tasks,
    write = (frame: ServerFrame) => this.send(frame),
  ): Leases<Tasks> {
    const { ledger, observation, queue } = this.#dispatcher;
    this.openCredit -= tasks.length;
    const leases = tasks.map((task) => ledger.add(task, observation.now()));
    write({ grant: { tasks: leases.map((lease) => grantedTask(lease, queue)) } });
    return leases as Leases<Tasks>;
  }

  /** Writes a frame, or the bytes of one. */
  send(frame: ServerFrame | Buffer): void {
    if (this.isOpen) {
      this.#call.write(frame);
    }
  }

  /** Ends the stream with OK. */
  end(): void {
    this.#call.end();
  }

  /** Ends the stream with a status. */
  fail(code: status, details: string): void {
    this.#call.emit("error", { code, details });
  }

  /** Tells the worker to move. */
  tellToMove(): void {
    this.#isToldToGo = true;
    this.send({ drain: { cause: "DRAIN_CAUSE_REBALANCE", grace: duration(10_000) } });
  }

  /** Whether a worker has no reason to open another stream. */
  get isEnough(): boolean {
    const isWelcomed = !Number.isNaN(this.welcomedAtMs);
    return isWelcomed && this.isOpen && Number.isNaN(this.endedAtMs) && !this.#isToldToGo;
  }

  #heard(act: () => void): void {
    act();
    this.#dispatcher.observation.note();
  }

  #receive(frame: WorkerFrame): void {
    if (this.hello === null || frame.frame === "hello") {
      this.#receiveHello(frame.hello ?? null);
    } else if (frame.frame === "credit") {
      const tasks = frame.credit?.tasks ?? 0;
      this.openCredit += tasks;
      this.creditReceived += tasks;
      this.#dispatcher.report("credit", judgeCredit(tasks, this));
    } else if (frame.frame === "heartbeat") {
      this.#receiveHeartbeat(frame.heartbeat ?? null);
    } else if (frame.frame === "settle") {
      this.#receiveSettlements(frame.settle?.settlements ?? []);
    } else if (frame.frame === "drain") {
      this.drainAtMs = this.#dispatcher.observation.now();
      this.#dispatcher.onDrain(this);
    }
  }

  #receiveHello(hello: Hello | null): void {
    const { sessionKey, queue, ledger } = this.#dispatcher;
    const problem =
      this.hello === null ? judgeHello(hello, queue, sessionKey, ledger) : "a second Hello came";
    this.#dispatcher.report("hello", problem);
    if (hello === null) {
      this.fail(status.INVALID_ARGUMENT, "the first frame was no Hello");
    } else if (this.hello === null) {
      this.hello = hello;
      this.openedBeside = this.#dispatcher.streams.find(({ isEnough }) => isEnough) ?? null;
      this.#dispatcher.onHello(this);
    }
  }

  #receiveHeartbeat(heartbeat: WorkerFrame["heartbeat"] | null): void {
    const refs = (heartbeat?.leases ?? []).map((held) => held.lease ?? noLease);
    const atMs = this.#dispatcher.observation.now();
    this.heartbeats.push({ atMs, leases: new Set(refs.map(keyOf)) });
    this.#dispatcher.report("heartbeat", judgeHeartbeat(refs, this.welcomedAtMs, this.#dispatcher));
    this.#dispatcher.answerHeartbeat(this, heartbeat?.sequence ?? 0);
  }

  #receiveSettlements(settlements: readonly Settlement[]): void {
    this.send({ settleAck: { results: this.#dispatcher.settle(settlements, this.index) } });
  }

  async #ended(): Promise<void> {
    const { observation } = this.#dispatcher;
    this.#heard(() => {
      this.endedAtMs = observation.now();
    });
    // A call that is cancelled or cut ends as well, and says a little later that it was.
    await observation.pass(cancelNoticeMs);
    this.#heard(() => {
      if (!this.#call.cancelled) {
        this.halfClosedAtMs = observation.now();
        this.#call.end();
      }
      this.#over();
    });
  }

  #over(): void {
    if (this.isOpen) {
      this.closedAtMs = this.#dispatcher.observation.now();
    }
  }
}

const noLease: LeaseRef = { taskId: "", leaseToken: "0" };

function grantedTask(lease: GrantedLease, queue: string) {
  return {
    lease: lease.ref,
    queue,
    type: lease.task.type,
    payload: lease.payload,
    contentType: "text/plain",
    headers: { traceparent: lease.traceparent, "x-conformance": "1" },
    attempt: 1,
    maxAttempts: 5,
    attemptTimeout: duration(600_000),
    queued: duration(1),
  };
}
