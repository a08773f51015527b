import type { Clock } from "@baton/proto/shared";
import type { TaskError } from "../../domain/errors.ts";
import type { LeaseRef, QueueName, SessionId, StreamId, WorkerId } from "../../domain/ids.ts";
import type { SessionAbout, SessionDescription } from "../../store/store.ts";
import type {
  HeldLease,
  WorkerHello,
  WorkerLink,
  WorkerMessage,
  WorkerSession,
  WorkerSettlement,
} from "../contract.ts";
import type { DispatchLog } from "../log.ts";
import type { Settler } from "../settling/settler.ts";
import { Credit } from "./credit.ts";
import { LeaseTable, type LossCause } from "./lease-table.ts";
import { SessionOnQueue } from "./queue-session.ts";
import { sessionQueues } from "./session-queues.ts";
import { SessionSettlements } from "./session-settlements.ts";
import { Solitude } from "./solitude.ts";

const QUICK_TASK_MS = 100;

/** What the dispatcher does when a session's worker says something. */
export interface SessionDuties {
  heard(session: LeaseSession): void;
  creditAdded(session: LeaseSession): void;
  heartbeat(session: LeaseSession, leases: readonly HeldLease[], sequence: number): void;
  /** The session may take others than the suspect that it was kept for. */
  freed(session: LeaseSession): void;
  /** The stream has to be replaced by another. */
  rotate(session: LeaseSession): void;
  /** The worker ended the stream, or it broke. */
  closed(session: LeaseSession): void;
}

/** How a {@link LeaseSession} is made. */
export interface LeaseSessionOptions {
  readonly id: SessionId;
  readonly streamId: StreamId;
  readonly hello: WorkerHello;
  readonly link: WorkerLink;
  readonly duties: SessionDuties;
  readonly settler: Settler;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly suspectQuietMs: number;
  /** The dispatcher's name, for people. */
  readonly dispatcher: string;
  readonly leaseTtlMs: number;
}

/** A session on one of its queues. */
export type QueueSession = SessionOnQueue<LeaseSession>;

/** One worker's session on one stream, from Welcome to the stream's end. */
export class LeaseSession implements WorkerSession {
  readonly id: SessionId;
  readonly streamId: StreamId;
  readonly workerId: WorkerId;
  readonly queueSessions: readonly QueueSession[];
  readonly credit = new Credit<QueueSession>();
  readonly leases = new LeaseTable();
  readonly solitude: Solitude;
  readonly settlements: SessionSettlements;
  lastHeardAtMs: number;
  /** When the worker sent what its ttl counts from. */
  renewedAtMs: number;
  /** Until when it lives after its stream's end; null where it was not cut short. */
  cutUntilMs: number | null = null;
  /** How many heartbeats came. */
  beats = 0;
  isWritable = true;
  readonly #byQueue = new Map<QueueName, QueueSession>();
  readonly #link: WorkerLink;
  readonly #duties: SessionDuties;
  readonly #log: DispatchLog;
  readonly #description: SessionDescription;
  /** The credit that the store knows of; null where that is not known. */
  #creditTold: number | null = 0;
  #isWelcome = false;
  #isDismissed = false;
  #isDraining = false;
  #isMoving = false;
  #isOver = false;

  constructor(options: LeaseSessionOptions) {
    const { id, streamId, hello, link, duties, settler, clock, log } = options;
    this.solitude = new Solitude(this.leases, options.suspectQuietMs);
    this.settlements = new SessionSettlements({
      sessionId: id,
      leases: this.leases,
      settler,
      clock,
      answer: (results) => this.send({ kind: "settle_ack", results }),
    });
    this.id = id;
    this.streamId = streamId;
    this.workerId = hello.workerId;
    this.queueSessions = sessionQueues(hello).map(
      ({ queue, types }) => new SessionOnQueue<LeaseSession>(this, queue, types),
    );
    for (const queueSession of this.queueSessions) {
      this.#byQueue.set(queueSession.queue, queueSession);
    }
    this.#description = describe(options);
    this.lastHeardAtMs = clock.monotonicMs();
    this.renewedAtMs = this.lastHeardAtMs;
    this.#link = link;
    this.#duties = duties;
    this.#log = log;
  }

  /** The session on a queue; null where it has none. */
  queueSessionOn(queue: QueueName): QueueSession | null {
    return this.#byQueue.get(queue) ?? null;
  }

  /** Whether the stream ended, or is to be treated as if it had. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the worker said that it goes. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Whether credit that one queue has taken soon comes back for the others. */
  get isQuick(): boolean {
    return this.settlements.lastTaskMs < QUICK_TASK_MS;
  }

  /** How much of its ttl is left; 0 or less where it has passed. */
  remainingTtlMs(nowMs: number, ttlMs: number): number {
    return Math.ceil(ttlMs - (nowMs - this.renewedAtMs));
  }

  /** Whether the worker was told to move to another stream. */
  get isMoving(): boolean {
    return this.#isMoving;
  }

  /** Whether tasks may be granted on this stream. */
  get takesGrants(): boolean {
    return !this.#isOver && !this.#isDraining && !this.#isMoving && !this.#isDismissed;
  }

  /** What the store is to keep of the session on one of its queues. */
  aboutOn(queue: QueueName): SessionAbout {
    const home = this.#homeQueue;
    return queue === home ? this.#description : home;
  }

  /** The credit for the store to keep on a queue, which knows it from then on; null where it is as it was. */
  takeCreditToTell(queue: QueueName): number | null {
    const { open } = this.credit;
    if (queue !== this.#homeQueue || open === this.#creditTold) {
      return null;
    }
    this.#creditTold = open;
    return open;
  }

  /** The store may know another credit than it was told. */
  creditUntold(queue: QueueName): void {
    if (queue === this.#homeQueue) {
      this.#creditTold = null;
    }
  }

  addCredit(tasks: number): void {
    if (this.#hears() && this.takesGrants) {
      this.credit.add(tasks);
      this.#duties.creditAdded(this);
    }
  }

  heartbeat(leases: readonly HeldLease[], sequence: number): void {
    if (this.#hears()) {
      this.#duties.heartbeat(this, leases, sequence);
    }
  }

  settle(batch: readonly WorkerSettlement[]): void {
    if (this.#hears()) {
      const hadSuspect = !this.solitude.isFree;
      this.settlements.settle(batch);
      if (hadSuspect) {
        this.#duties.freed(this);
      }
    }
  }

  drain(): void {
    if (this.#hears()) {
      this.#isDraining = true;
      this.credit.void();
      // A lease call under way gives back what it brings, so that no grant follows.
      this.send({ kind: "drain_ack" });
    }
  }

  rotate(): void {
    if (!this.#isOver && !this.#isMoving) {
      this.#duties.rotate(this);
    }
  }

  closed(): void {
    if (!this.#isOver) {
      this.#duties.closed(this);
    }
  }

  /** Writes the first message to the worker. */
  welcome(welcome: Omit<Extract<WorkerMessage, { kind: "welcome" }>, "kind">): void {
    this.#isWelcome = true;
    this.send({ kind: "welcome", ...welcome });
  }

  /** Writes to the worker; does nothing before Welcome and once the session is over. */
  send(message: WorkerMessage): void {
    if (!this.#isWelcome || this.#isOver) {
      return;
    }
    try {
      this.isWritable = this.#link.send(message) && this.isWritable;
    } catch (error) {
      this.#log.warn({ err: error, session_id: this.id }, "a message to a worker was not sent");
    }
  }

  /** Notes that a lease is gone, and tells the worker to stop where somebody ended it. */
  lose(ref: LeaseRef, cause: LossCause, reason: string): void {
    this.leases.lose(ref, cause, this.beats);
    if (cause !== "lost") {
      this.send({ kind: "cancel", lease: ref, reason });
    }
  }

  /** Tells the worker to move to another stream; nothing is granted on this one any more. */
  move(cause: "SHUTDOWN" | "REBALANCE", graceMs: number): void {
    this.#isMoving = true;
    this.credit.void();
    this.send({ kind: "drain", cause, graceMs });
  }

  /** Asks the worker to finish and go, once; nothing is granted to it any more. */
  dismiss(reason: string): void {
    if (!this.#isDismissed) {
      this.#isDismissed = true;
      this.credit.void();
      this.send({ kind: "dismiss", reason });
    }
  }

  /** Takes the session out of service without ending its stream. */
  finish(): void {
    this.#isOver = true;
    this.credit.void();
  }

  /** Ends the stream: with OK where null. */
  end(error: TaskError | null): void {
    this.finish();
    try {
      this.#link.end(error);
    } catch (failure) {
      this.#log.warn({ err: failure, session_id: this.id }, "a worker's stream was not ended");
    }
  }

  get #homeQueue(): QueueName {
    return this.#description.queues[0] as QueueName;
  }

  #hears(): boolean {
    if (this.#isOver) {
      return false;
    }
    this.#duties.heard(this);
    return true;
  }
}

function describe({ hello, dispatcher, leaseTtlMs }: LeaseSessionOptions): SessionDescription {
  const { workerId, labels, sdk, concurrency, subscriptions } = hello;
  const queues = subscriptions.map(({ queue }) => queue).sort();
  return { queues, workerId, labels, sdk, concurrency, dispatcher, ttlMs: leaseTtlMs };
}
