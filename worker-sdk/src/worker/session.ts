import { type Clock, LIMITS, oncePerEvent } from "@baton/proto/shared";
import { Attempts } from "../attempts/attempts.ts";
import type { Lease } from "../attempts/lease-map.ts";
import { LeaseLostError, TaskCancelledError } from "../handler/abort-reasons.ts";
import { release } from "../handler/outcome.ts";
import type { WorkerSettings } from "../handler/worker-options.ts";
import type { BatonError } from "../values/baton-error.ts";
import { durationMs } from "../values/time-fields.ts";
import { PROTOCOL_VERSION, type Received, SDK_NAME, type Sent } from "../values/wire.ts";
import { Connection } from "./connection.ts";
import { buildHeartbeat } from "./heartbeat.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import type { LeaseStream } from "./lease-stream.ts";
import { Settler } from "./settler.ts";

/** What a session tells its worker. */
export interface SessionListener {
  /** A dispatcher said Welcome. */
  onUp(): void;
  /** There is no stream any more; another is being opened. */
  onDown(): void;
  /** The dispatcher will never take this worker. */
  onRefused(error: BatonError): void;
  /** An operator asks the worker to finish and go. */
  onDismissed(reason: string): void;
}

/** A task of a type without a handler is not for this worker: let others look at it first. */
const NO_HANDLER_DELAY_MS = 1_000;
/**
 * While the dispatcher has as much credit, and half of what it could have, more can wait: to send and
 * to read a frame takes both sides as long as ten tasks.
 */
const AMPLE_CREDIT = 16;
const NOT_ANSWERED = "no dispatcher answered for the leases' ttl";
const LOOP_BLOCKED = "the event loop was blocked until the leases' ttl ran out";

/**
 * A worker's session with whichever dispatcher it is connected to: takes grants, keeps leases, settles
 * them. It outlives its streams.
 */
export class Session {
  readonly #settings: WorkerSettings;
  readonly #clock: Clock;
  readonly #listener: SessionListener;
  readonly #connection: Connection;
  readonly #keeper: LeaseKeeper;
  readonly #attempts: Attempts;
  readonly #settler: Settler;
  #sessionKey = "";
  #streams = 0;
  #helloAtMs = 0;
  #maxMessageBytes: number = LIMITS.maxMessageBytes;
  #openCredit = 0;
  /** The heartbeat whose answer has to come before a handler is started; 0 where none has. */
  #awaitedBeat = 0;
  /** What one event brings about goes out together. */
  readonly #flushSoon = oncePerEvent(() => {
    if (!this.#attempts.isStarting) {
      this.#flush();
    }
  });
  #isDraining = false;
  #isDrainAnswered = false;
  #whenSettled: (() => void)[] = [];

  constructor(settings: WorkerSettings, clock: Clock, listener: SessionListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
    this.#settler = new Settler(settings.logger, clock, () => this.#flushSoon());
    this.#keeper = new LeaseKeeper(clock, {
      sendHeartbeat: (sequence) => this.#sendHeartbeat(sequence),
      onExpired: (wasBlocked) => this.#fence(wasBlocked),
    });
    this.#attempts = new Attempts(settings, clock, {
      onOutcome: (attempt, outcome) => {
        const progress = attempt.unheardProgress(this.#keeper.answeredSequence);
        this.#settler.settle(attempt, outcome, progress);
      },
      onHandlerEnd: () => this.#flushSoon(),
      onReport: () => this.#keeper.beatSoon(),
      onStarted: (spentMs) => this.#onStarted(spentMs),
      mayStart: () => this.#mayStart,
    });
    this.#connection = new Connection(settings, clock, {
      hello: () => this.#hello(),
      onWelcome: (welcome) => this.#onWelcome(welcome),
      onFrame: (frame, stream) => this.#onFrame(frame, stream),
      onSessionTaken: () => this.#forget(),
      onDown: () => this.#onDown(),
      onRefused: (error) => this.#listener.onRefused(error),
      onWritable: () => this.#flushSoon(),
    });
  }

  /** How many handlers run. */
  get runningHandlers(): number {
    return this.#attempts.running;
  }

  /** How many outcomes no dispatcher has answered. */
  get unsettled(): number {
    return this.#settler.size;
  }

  /** Connects, and goes on connecting. */
  start(): void {
    this.#connection.open();
  }

  /** Takes no more tasks. */
  drain(): void {
    this.#isDraining = true;
    this.#attempts.giveBackWaiting("the worker stops");
    this.#sendDrain();
  }

  /** Tells the handlers that the worker stops. */
  abortHandlers(): void {
    this.#attempts.abortAll();
  }

  /** Gives back every task whose handler has not ended. */
  releaseAll(): void {
    this.#attempts.releaseAll();
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    return this.#attempts.idle();
  }

  /** After `drain`: resolves when nothing is held and the dispatcher owes no answer. */
  async settled(): Promise<void> {
    if (!this.#isSettled()) {
      await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
    }
  }

  /** Says goodbye; resolves when the dispatcher has ended the stream. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Ends everything at once, but for handlers that do not listen. */
  destroy(): void {
    this.#connection.destroy();
    this.#keeper.stop();
    this.#attempts.stop();
    this.#settler.stop();
  }

  #hello(): Sent<"Hello"> {
    const { workerId, subscriptions, labels, concurrency } = this.#settings;
    const isResuming = this.#sessionKey !== "";
    const held = isResuming ? [...this.#attempts.held.values(), ...this.#settler.entries()] : [];
    this.#streams += 1;
    this.#helloAtMs = this.#clock.monotonicMs();
    return {
      protocolVersion: PROTOCOL_VERSION,
      workerId,
      resumeSession: this.#sessionKey,
      subscriptions: [...subscriptions],
      held: held.slice(0, LIMITS.maxHeldLeases).map(({ lease }) => lease),
      labels: { ...labels },
      sdk: SDK_NAME,
      streamNumber: this.#streams,
      concurrency,
    };
  }

  #onWelcome(welcome: Received<"Welcome">): void {
    const { sessionKey, kept, lost } = welcome;
    const { address, logger } = this.#settings;
    logger.info({ address, kept: kept.length, lost: lost.length }, "welcomed");
    this.#sessionKey = sessionKey;
    this.#maxMessageBytes = welcome.maxMessageBytes || LIMITS.maxMessageBytes;
    this.#loseAll(lost);
    this.#openCredit = 0;
    this.#settler.begin(welcome.maxPayloadBytes, this.#maxMessageBytes);
    const ttlMs = durationMs(welcome.leaseTtl);
    const intervalMs = durationMs(welcome.heartbeatInterval);
    this.#attempts.maxBlockedMs = intervalMs;
    this.#keeper.welcomed({ ttlMs, intervalMs }, this.#helloAtMs);
    for (const attempt of this.#attempts.held.values()) {
      if (attempt.reportAgain()) {
        this.#keeper.beatSoon();
      }
    }
    this.#sendDrain();
    this.#listener.onUp();
    this.#flush();
    this.#awaitedBeat = 0;
    this.#attempts.startWaiting();
  }

  /** The session is not this worker's any more; the next Hello begins another. */
  #forget(): void {
    const { workerId, logger } = this.#settings;
    logger.warn({ workerId }, "another worker has the session");
    this.#sessionKey = "";
    for (const { lease } of [...this.#attempts.held.values()]) {
      this.#attempts.lose(lease, new LeaseLostError("another worker has the session"));
    }
  }

  #onDown(): void {
    this.#keeper.disconnected();
    this.#listener.onDown();
    this.#tellSettled();
  }

  #onFrame(frame: Received<"ServerFrame">, stream: LeaseStream): void {
    const isCurrent = stream === this.#connection.current;
    switch (frame.frame) {
      case "grant":
        for (const task of frame.grant?.tasks ?? []) {
          this.#take(task, isCurrent);
        }
        // The first of them may block the event loop for long.
        this.#attempts.startWaiting(this.#keeper.beatAhead());
        this.#flushSoon();
        break;
      case "heartbeatAck":
        this.#onHeartbeatAck(frame.heartbeatAck, isCurrent);
        break;
      case "settleAck":
        for (const result of frame.settleAck?.results ?? []) {
          this.#settler.answered(result);
        }
        this.#flushSoon();
        this.#tellSettled();
        break;
      case "cancel":
        if (frame.cancel?.lease) {
          const { lease, reason } = frame.cancel;
          this.#attempts.lose(lease, new TaskCancelledError(reason));
        }
        break;
      case "drain":
        if (isCurrent && !this.#isDraining) {
          this.#settings.logger.info({ cause: frame.drain?.cause }, "moving to another dispatcher");
          this.#connection.open();
        }
        break;
      case "drainAck":
        this.#isDrainAnswered ||= isCurrent;
        this.#tellSettled();
        break;
      case "dismiss":
        this.#listener.onDismissed(frame.dismiss?.reason ?? "");
        break;
      case "throttle":
        this.#settings.logger.debug({ reason: frame.throttle?.reason }, "grants are held back");
        break;
      // A kind of frame that is newer than this SDK, or a second Welcome.
      default:
    }
  }

  #take(task: Received<"GrantedTask">, isCurrent: boolean): void {
    if (task.lease === null) {
      return;
    }
    const { taskId, leaseToken } = task.lease;
    const lease = { taskId, leaseToken: Number(leaseToken) };
    if (this.#knows(lease)) {
      return;
    }
    if (isCurrent && this.#openCredit > 0) {
      this.#openCredit -= 1;
    }
    const handler = this.#settings.findHandler(task.queue, task.type);
    // A Hello that is under way did not list this lease, so its answer will take it away.
    const isOurs = isCurrent && !this.#connection.isOpening && !this.#isDraining;
    if (handler !== undefined && isOurs && this.#attempts.running < this.#settings.concurrency) {
      this.#attempts.add(task, lease, handler);
      return;
    }
    const outcome =
      handler === undefined
        ? release(`the worker has no handler for the type ${task.type}`, NO_HANDLER_DELAY_MS)
        : release(this.#isDraining ? "the worker stops" : "the worker has no free slot");
    this.#settler.giveBack(lease, outcome);
  }

  #knows(lease: Lease): boolean {
    const held = this.#attempts.held.get(lease.taskId, lease.leaseToken);
    return held !== undefined || this.#settler.has(lease);
  }

  #onHeartbeatAck(answer: Received<"HeartbeatAck"> | null | undefined, isCurrent: boolean): void {
    if (!answer) {
      return;
    }
    if (isCurrent) {
      this.#keeper.answered(answer.sequence);
    }
    // Before the lost ones: a cancelled lease is lost as well, and this says why.
    for (const lease of answer.cancelled) {
      this.#attempts.lose(lease, new TaskCancelledError(""));
    }
    this.#loseAll(answer.lost);
    this.#attempts.startWaiting();
  }

  // What was settled leaves while the event loop turns. Where it has stood still for long, a heartbeat leaves
  // too, and the next handler waits for its answer: it says which leases are left, and on its way reads all
  // that came before it.
  #onStarted(spentMs: number): void {
    this.#flush();
    if (spentMs > 0 && this.#keeper.beatAhead() && spentMs >= this.#keeper.reportGapMs) {
      this.#awaitedBeat = this.#keeper.sentSequence;
    }
  }

  get #mayStart(): boolean {
    return this.#connection.current !== null && this.#keeper.answeredSequence >= this.#awaitedBeat;
  }

  #loseAll(leases: readonly Received<"LeaseRef">[]): void {
    for (const lease of leases) {
      const reason = new LeaseLostError("the dispatcher says that the lease is over");
      this.#attempts.lose(lease, reason);
    }
  }

  #fence(wasBlocked: boolean): void {
    const leases = this.#attempts.held.size;
    const why = wasBlocked ? LOOP_BLOCKED : NOT_ANSWERED;
    this.#settings.logger.warn({ leases }, why);
    this.#attempts.fence(why);
    this.#connection.abandon(why);
  }

  #sendHeartbeat(sequence: number): void {
    const held = this.#attempts.held.values();
    const { heartbeat, isComplete } = buildHeartbeat(
      held,
      this.#settler.entries(),
      sequence,
      Math.max(this.#maxMessageBytes / 4, LIMITS.maxCheckpointBytes),
    );
    this.#connection.current?.ask({ heartbeat });
    if (!isComplete) {
      this.#keeper.beatSoon();
    }
  }

  #flush(): void {
    const stream = this.#connection.current;
    while (stream?.isWritable) {
      while (this.#settler.owesCheckpoint) {
        this.#keeper.beat();
      }
      const settlements = this.#settler.take();
      if (settlements.length === 0) {
        break;
      }
      stream.send({ settle: { settlements } });
    }
    if (stream !== null && !this.#isDraining) {
      this.#giveCredit(stream);
    }
  }

  #giveCredit(stream: LeaseStream): void {
    const { running } = this.#attempts;
    const free = this.#settings.concurrency - running;
    const room = LIMITS.maxHeldLeases - running - this.#settler.size;
    const wanted = Math.min(free, room);
    const tasks = wanted - this.#openCredit;
    if (tasks > 0 && this.#openCredit < Math.max(wanted / 2, AMPLE_CREDIT)) {
      this.#openCredit += tasks;
      stream.send({ credit: { tasks } });
    }
  }

  #sendDrain(): void {
    if (this.#isDraining) {
      this.#isDrainAnswered = false;
      this.#connection.current?.send({ drain: { reason: "the worker stops" } });
    }
  }

  #isSettled(): boolean {
    const isSilent = this.#settler.size === 0 && this.#attempts.held.size === 0;
    return isSilent && (this.#isDrainAnswered || this.#connection.current === null);
  }

  #tellSettled(): void {
    if (this.#whenSettled.length > 0 && this.#isSettled()) {
      for (const resolve of this.#whenSettled.splice(0)) {
        resolve();
      }
    }
  }
}
