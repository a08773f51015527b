import type { Clock, Timer } from "@baton/proto/shared";
import { drainingError, TaskError } from "../../domain/errors.ts";
import {
  isOvertaken,
  type LeaseRef,
  newSessionKey,
  newStreamId,
  type QueueName,
  type SessionId,
  type SessionKey,
  sessionIdOf,
  type TaskId,
} from "../../domain/ids.ts";
import type { Store } from "../../store/store.ts";
import type { HeldLease, WorkerHello, WorkerLink } from "../contract.ts";
import type { Granter } from "../granting/granter.ts";
import type { DispatchLog } from "../log.ts";
import type { Renewer } from "../session/renewer.ts";
import type { Reopener } from "../session/reopener.ts";
import { LeaseSession, type SessionDuties } from "../session/session.ts";
import type { DispatchSettings } from "../settings.ts";
import type { Settler } from "../settling/settler.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { Liveness } from "./liveness.ts";
import { type OpenedSession, openInStore, resumedError } from "./session-opening.ts";

/** To ask more sessions would cost more than it spares. */
const MAX_ASKED = 64;

/** What {@link Sessions} need. */
export interface SessionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  readonly granter: Granter;
  readonly heartbeats: Heartbeats;
  readonly renewer: Renewer;
  readonly reopener: Reopener;
  readonly settler: Settler;
  /** The dispatcher's, for people. */
  readonly name: string;
}

/** The worker sessions whose streams end here. */
export class Sessions implements SessionDuties {
  readonly #options: SessionsOptions;
  readonly #open = new Map<SessionId, LeaseSession>();
  readonly #liveness: Liveness<LeaseSession>;
  readonly #rotations = new Map<LeaseSession, Timer>();
  #isDraining = false;
  #waiting: (() => void)[] = [];

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#liveness = new Liveness({
      clock: options.clock,
      settings: options.settings,
      onSilent: (session) => this.#silent(session),
    });
  }

  /** Opens a session, or takes it up from whichever stream had it, and sends Welcome. */
  async open(hello: WorkerHello, link: WorkerLink): Promise<LeaseSession> {
    const { clock, log, granter, settler, settings, name: dispatcher } = this.#options;
    const { suspectQuietMs, leaseTtlMs } = settings;
    this.#refuseWhileDraining();
    const key = hello.resumeSession ?? newSessionKey();
    const id = sessionIdOf(key);
    const streamId = newStreamId(hello.streamNumber);
    const of = { id, streamId, hello, link, suspectQuietMs, dispatcher, leaseTtlMs };
    const session = new LeaseSession({ ...of, duties: this, settler, clock, log });
    granter.add(session);
    try {
      const opened = await openInStore(session, hello, this.#options);
      this.#refuseWhileDraining();
      this.#takeUp(session);
      this.#welcome(session, link, key, opened);
    } catch (error) {
      granter.remove(session);
      throw error;
    }
    const what = hello.resumeSession === null ? "opened" : "resumed";
    log.info(
      { session_id: id, worker_id: hello.workerId, sdk: hello.sdk },
      `a session was ${what}`,
    );
    return session;
  }

  /** The session of this id, or null where its stream does not end here. */
  find(id: SessionId): LeaseSession | null {
    return this.#open.get(id) ?? null;
  }

  /** How far a worker here is with the task; null where none has it, as far as is easily told. */
  stageOf(id: TaskId): "running" | "settling" | null {
    let asked = 0;
    for (const { leases } of this.#open.values()) {
      const settling = leases.settlingOf(id);
      if (settling !== null) {
        return settling === 0 ? "running" : "settling";
      }
      asked += 1;
      if (asked === MAX_ASKED) {
        break;
      }
    }
    return null;
  }

  /** How many sessions end here, and how many tasks they would take. */
  load(): { sessions: number; credit: number } {
    let credit = 0;
    for (const session of this.#open.values()) {
      credit += session.credit.open;
    }
    return { sessions: this.#open.size, credit };
  }

  /** Ends a session's stream because another took the session up. */
  supersede(session: LeaseSession): void {
    if (!session.isOver) {
      this.#remove(session);
      session.end(resumedError());
    }
  }

  /**
   * Has each session agree anew with the store on what it holds. A store that was away may come back
   * without what it answered last, and a settlement that it forgot leaves a lease that nobody ends.
   */
  agreeAnew(): void {
    for (const { queueSessions } of this.#open.values()) {
      for (const queueSession of queueSessions) {
        queueSession.mustReopen = true;
      }
    }
  }

  /** As {@link Sessions.agreeAnew}, on one queue. */
  agreeAnewOn(queue: QueueName): void {
    for (const session of this.#open.values()) {
      const queueSession = session.queueSessionOn(queue);
      if (queueSession !== null) {
        queueSession.mustReopen = true;
      }
    }
  }

  heard(session: LeaseSession): void {
    session.lastHeardAtMs = this.#options.clock.monotonicMs();
  }

  creditAdded(session: LeaseSession): void {
    this.#options.granter.wakeFor(session);
  }

  heartbeat(session: LeaseSession, leases: readonly HeldLease[], sequence: number): void {
    this.#options.heartbeats.beat(session, leases, sequence);
  }

  freed(session: LeaseSession): void {
    this.#options.granter.wakeFor(session);
  }

  rotate(session: LeaseSession): void {
    const { clock, settings } = this.#options;
    this.#rotations.get(session)?.cancel();
    session.move("REBALANCE", settings.rotationGraceMs);
    const grace = clock.after(settings.rotationGraceMs, () => this.#leave(session));
    this.#rotations.set(session, grace);
  }

  closed(session: LeaseSession): void {
    session.finish();
    this.#remove(session);
    if (session.isDraining) {
      this.#dismiss(session);
    } else if (!session.isMoving) {
      this.#cutToGrace(session);
    }
    // A worker that was told to move is on its way: it gets its whole ttl to arrive.
    const reason = session.isDraining ? "drained" : session.isMoving ? "moved" : "broke";
    this.#options.log.info({ session_id: session.id, reason }, "a stream was closed");
  }

  /** Refuses new sessions and tells every worker to move. */
  beginDrain(graceMs: number): void {
    this.#isDraining = true;
    for (const session of this.#open.values()) {
      session.move("SHUTDOWN", graceMs);
    }
  }

  /** Resolves once every stream has ended. */
  async empty(): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /**
   * Refuses new sessions and ends the streams that are left. Their sessions keep their ttl, to be taken
   * up elsewhere.
   */
  endAll(): void {
    this.#isDraining = true;
    for (const session of [...this.#open.values()]) {
      this.#leave(session);
    }
  }

  /** Makes a session the one of its id. */
  #takeUp(session: LeaseSession): void {
    const other = this.#open.get(session.id);
    if (other !== undefined) {
      // The store's answers may come in another order than it acted in.
      if (isOvertaken(session.streamId, other.streamId)) {
        throw resumedError();
      }
      this.supersede(other);
    }
    this.#open.set(session.id, session);
    this.#liveness.watch(session);
    this.#rotateLater(session);
  }

  #welcome(
    session: LeaseSession,
    link: WorkerLink,
    sessionKey: SessionKey,
    opened: OpenedSession,
  ): void {
    const { granter, settings } = this.#options;
    const { lost, empty, away, unanswered } = opened;
    const kept = [...opened.kept, ...unanswered];
    for (const ref of kept) {
      session.leases.keep(ref, session.lastHeardAtMs);
    }
    this.#openLater(session, away, unanswered);
    link.onWritable(() => {
      session.isWritable = true;
      granter.wakeFor(session);
    });
    const { leaseTtlMs, heartbeatIntervalMs } = settings;
    session.welcome({ sessionKey, leaseTtlMs, heartbeatIntervalMs, kept, lost });
    if (opened.drain !== null) {
      session.dismiss(opened.drain);
    }
    granter.begin(session, empty);
  }

  /** Has a session opened when the store answers for these queues again. */
  #openLater(
    session: LeaseSession,
    queues: ReadonlySet<QueueName>,
    held: readonly LeaseRef[],
  ): void {
    for (const queueSession of session.queueSessions) {
      queueSession.mustReopen ||= queues.has(queueSession.queue);
    }
    if (held.length > 0) {
      // Nobody here knows when its leases there were renewed: the next heartbeat is the last in time.
      const { leaseTtlMs, heartbeatIntervalMs } = this.#options.settings;
      const sinceMs = session.lastHeardAtMs - leaseTtlMs + 2 * heartbeatIntervalMs;
      const ids = new Set(held.map(({ taskId }) => taskId));
      session.leases.renewed((id) => ids.has(id), sinceMs);
    }
  }

  #refuseWhileDraining(): void {
    if (this.#isDraining) {
      throw drainingError();
    }
  }

  #silent(session: LeaseSession): void {
    if (session.isOver) {
      return;
    }
    this.#remove(session);
    session.end(new TaskError("SESSION_SILENT", "the worker was silent for the leases' ttl"));
    this.#options.log.info({ session_id: session.id }, "a session was silent for too long");
  }

  // Long streams stay where they began: without this a new dispatcher would get no workers.
  #rotateLater(session: LeaseSession): void {
    const { clock, random, settings } = this.#options;
    const ageMs = settings.maxStreamAgeMs * (0.9 + random() / 5);
    this.#rotations.set(
      session,
      clock.after(ageMs, () => session.rotate()),
    );
  }

  /** Ends a stream and leaves its session the whole ttl, to be taken up elsewhere. */
  #leave(session: LeaseSession): void {
    this.#remove(session);
    session.end(null);
  }

  // Where the worker comes back within the grace it keeps its leases; if it died they are free soon.
  #cutToGrace(session: LeaseSession): void {
    this.#cutOnceSettled(session, this.#options.settings.reconnectGraceMs);
  }

  // It went in peace: what it left behind was not lost to a crash.
  #dismiss(session: LeaseSession): void {
    session.settlements.giveBack(session.leases.takeUnsettled());
    const owing = session.queueSessions.filter(({ mustReopen, isBusy }) => mustReopen || isBusy);
    if (owing.length === 0) {
      this.#cutOnceSettled(session, 0);
      return;
    }
    const { reopener, log } = this.#options;
    Promise.all(
      owing.map((queueSession) =>
        queueSession.exclusive(() => reopener.giveBackLost(queueSession)),
      ),
    )
      .then(() => this.#cutOnceSettled(session, 0))
      .catch((error: unknown) => log.error({ err: error }, "a session was not ended"));
  }

  // A cut goes to the store by another way than settlements: one that came first would have them find
  // their leases reclaimed, and each would have been charged as a crash.
  #cutOnceSettled(session: LeaseSession, ttlMs: number): void {
    session.settlements.whenAnswered(() => this.#options.renewer.cut(session, ttlMs));
  }

  #remove(session: LeaseSession): void {
    const { granter } = this.#options;
    if (this.#open.get(session.id) === session) {
      this.#open.delete(session.id);
    }
    this.#liveness.forget(session);
    this.#rotations.get(session)?.cancel();
    this.#rotations.delete(session);
    granter.remove(session);
    if (this.#open.size === 0) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }
}
