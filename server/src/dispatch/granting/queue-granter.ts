import type { LeaseRef, QueueName, SessionId, TaskId, TaskType } from "../../domain/ids.ts";
import { LIMITS } from "../../domain/limits.ts";
import type { LeasedTask } from "../../domain/task.ts";
import type { StoreError } from "../../store/store.ts";
import type { LeaseSession, QueueSession } from "../session/session.ts";
import { storeErrorOf } from "../store-calls/store-failure.ts";
import { type EarlyLease, EarlyLeases } from "./early-leases.ts";
import { FairShare } from "./fair-share.ts";
import type { GranterOptions } from "./granter-options.ts";
import { sendGrants } from "./grants.ts";
import { callLease, type Leased } from "./lease-call.ts";
import { Suspects } from "./suspects.ts";

/** Who could run a task. */
export interface Takers {
  /** Sessions that take its queue and type. */
  readonly sessions: number;
  /** Those of them that would take one more now. */
  readonly withCredit: number;
}

/** Who has the granters of all queues. */
export interface GranterOfQueues {
  readonly isStopped: boolean;
  passBegins(queue: QueueGranter): void;
  passEnds(queue: QueueGranter): void;
  /** Wakes the queues from which a session may take tasks. */
  wakeFor(session: LeaseSession): void;
  /** Wakes the queue whose turn it is to spend a session's credit. */
  wakeNext(session: LeaseSession): void;
}

/** A lease call to make: who for, and for how many tasks its credit is reserved. */
interface Pick {
  readonly queueSession: QueueSession;
  readonly reserved: number;
  /** Whether for a suspect. */
  readonly isApart: boolean;
  /** What was known of when the store was asked. */
  readonly newsCount: number;
}

/**
 * What a lease call came to. `full`: more may follow. `dry`: nothing is left of the types. `ended`: not
 * this session, for now. `failed`: the store failed.
 */
interface LeaseResult {
  readonly kind: "full" | "dry" | "ended" | "failed";
  readonly queueSession: QueueSession;
  readonly granted: number;
}

/** How long a task that cannot be read is kept out of the way. */
const UNDECODABLE_DELAY_MS = 60_000;
const EVERY_TYPE = "";
const NOBODY: ReadonlySet<SessionId> = new Set();

/** Hands out the tasks of one queue, in passes of which one runs at a time. */
export class QueueGranter {
  readonly #queue: QueueName;
  readonly #granter: GranterOfQueues;
  readonly #options: GranterOptions;
  readonly #fair: FairShare;
  readonly #early = new EarlyLeases();
  /** Who was granted something longest ago comes first. */
  readonly #queueSessions = new Set<QueueSession>();
  /** The types of which nothing was left when the store was asked last. */
  readonly #dry = new Set<string>();
  /** Sessions for which there are tasks that nobody else may lease, whatever is dry. */
  #pinned: ReadonlySet<SessionId> = NOBODY;
  readonly #suspects = new Suspects();
  #newsCount = 0;
  #isDirty = false;
  #isRunning = false;
  #run: Promise<void> = Promise.resolve();
  #heldUntilMs: number | null = null;

  constructor(queue: QueueName, granter: GranterOfQueues, options: GranterOptions) {
    this.#queue = queue;
    this.#granter = granter;
    this.#options = options;
    this.#fair = new FairShare(options.settings.maxGrantTasks);
  }

  /** Takes in a session that subscribes to the queue. */
  add(queueSession: QueueSession): void {
    this.#queueSessions.add(queueSession);
    queueSession.newsCountAtFirst = this.#newsCount;
  }

  /** Notes that the queue was empty when the session was opened, unless there was news since it came. */
  wasEmptyFor(queueSession: QueueSession): void {
    if (
      this.#queueSessions.has(queueSession) &&
      queueSession.newsCountAtFirst === this.#newsCount
    ) {
      this.#dry.add(EVERY_TYPE);
    }
  }

  /** Lets a session go; returns how many are left. */
  remove(queueSession: QueueSession): number {
    this.#queueSessions.delete(queueSession);
    return this.#queueSessions.size;
  }

  /** Counts who could run a task of the type. */
  takers(type: TaskType): Takers {
    const takers = [...this.#queueSessions].filter((queueSession) => queueSession.takes(type));
    return { sessions: takers.length, withCredit: takers.filter(hasOpenCredit).length };
  }

  /** Whether some session would take a task. */
  hasCreditWaiting(): boolean {
    for (const queueSession of this.#queueSessions) {
      if (hasOpenCredit(queueSession)) {
        return true;
      }
    }
    return false;
  }

  /** Notes that there may be tasks of every type again, so many of them known. */
  news(tasks = 0): void {
    this.#newsCount += 1;
    this.#dry.clear();
    this.#fair.came(tasks);
  }

  /**
   * Has the next pass look for tasks that are just being sent to the store, where somebody waits for
   * tasks and none are known. Null where it would not pay.
   */
  expect(ids: readonly TaskId[]): EarlyLease | null {
    if (this.#isRunning || this.#isHeld() || !this.hasCreditWaiting()) {
      return null;
    }
    this.news(ids.length);
    return this.#early.begin(ids);
  }

  /**
   * Notes that expected tasks are stored.
   *
   * @returns whether a pass is to look for them: no lease has brought them and none is under way
   */
  stored(early: EarlyLease): boolean {
    early.isStored = true;
    if (this.#isRunning || !this.#early.takeMissed()) {
      return false;
    }
    this.news();
    return true;
  }

  /** Whether tasks are expected that may not be stored. */
  get isExpecting(): boolean {
    return this.#early.size > 0;
  }

  /** Expects tasks no more. */
  unexpect(early: EarlyLease): void {
    this.#early.drop(early);
  }

  /** Leases again, whatever failed before. */
  goOn(): void {
    this.#heldUntilMs = null;
    this.news();
  }

  /** Whether nothing is known to be there for a session. */
  isDryFor(queueSession: QueueSession): boolean {
    return this.#isDry(queueSession) && !this.#suspects.areFor(queueSession);
  }

  /** Whether there is nothing for a session but suspects. */
  #isDry(queueSession: QueueSession): boolean {
    const isDry = this.#dry.has(EVERY_TYPE) || this.#dry.has(queueSession.typesKey);
    return isDry && !this.#pinned.has(queueSession.session.id);
  }

  /** Begins a pass, or has the one under way followed by another. */
  wake(): void {
    this.#isDirty = true;
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#granter.passBegins(this);
      this.#run = this.#passes().catch((error: unknown) => {
        this.#options.log.error({ err: error, queue: this.#queue }, "a grant pass failed");
      });
    }
  }

  /** Resolves once no pass runs. */
  idle(): Promise<void> {
    return this.#run;
  }

  async #passes(): Promise<void> {
    try {
      while (this.#isDirty && !this.#granter.isStopped && !this.#isHeld()) {
        this.#isDirty = false;
        await this.#pass();
        if (this.#early.takeMissed()) {
          this.news();
          this.#isDirty = true;
        }
      }
    } finally {
      this.#isRunning = false;
      this.#granter.passEnds(this);
    }
  }

  /** Leases until no session wants more or nothing is left. */
  async #pass(): Promise<void> {
    const skipped = new Set<QueueSession>();
    for (;;) {
      const picks = this.#pick(this.#candidates(skipped));
      if (picks.length === 0) {
        return;
      }
      for (const { kind, queueSession, granted } of await Promise.all(
        picks.map((p) => this.#lease(p)),
      )) {
        if (granted > 0 && this.#queueSessions.delete(queueSession)) {
          this.#queueSessions.add(queueSession);
        }
        if (kind === "ended" || kind === "failed") {
          skipped.add(queueSession);
        }
      }
    }
  }

  #candidates(skipped: ReadonlySet<QueueSession>): QueueSession[] {
    const candidates: QueueSession[] = [];
    if (this.#granter.isStopped || this.#isHeld()) {
      return candidates;
    }
    const nowMs = this.#options.clock.monotonicMs();
    const mayTake = (queueSession: QueueSession) =>
      isOpen(queueSession) && !skipped.has(queueSession);
    this.#suspects.keepSessions(this.#queueSessions, nowMs, mayTake);
    for (const queueSession of this.#queueSessions) {
      if (mayTake(queueSession) && !queueSession.isBusy && this.#isWaiting(queueSession, nowMs)) {
        if (queueSession.session.credit.open > 0) {
          candidates.push(queueSession);
        } else {
          queueSession.session.credit.wait(queueSession);
        }
      }
    }
    return candidates;
  }

  /** Whether there may be something for a session that it may be given now. */
  #isWaiting(queueSession: QueueSession, nowMs: number): boolean {
    const { solitude, credit } = queueSession.session;
    return solitude.isKeptFor(queueSession.queue)
      ? solitude.isQuiet(nowMs) && !credit.isReserved && credit.open > 0
      : !this.#isDry(queueSession) && solitude.takesOthers(nowMs);
  }

  /** Reserves credit of the sessions whose turn it is. */
  #pick(candidates: readonly QueueSession[]): Pick[] {
    const { maxGrantTasks } = this.#options.settings;
    const waiting = candidates.length;
    const most = waiting > 1 ? this.#fair.share(waiting) : maxGrantTasks;
    const width = this.#fair.width(waiting);
    const picks: Pick[] = [];
    for (const queueSession of candidates) {
      const { session } = queueSession;
      const isApart = session.solitude.isKeptFor(queueSession.queue);
      const reserved = isApart
        ? Number(session.credit.reserveOne())
        : session.credit.reserve(queueSession, most, this.#fair.turn(session.isQuick));
      if (reserved > 0) {
        picks.push({ queueSession, reserved, isApart, newsCount: this.#newsCount });
        this.#granter.wakeNext(session);
      }
      if (picks.length === width) {
        break;
      }
    }
    return picks;
  }

  /** Leases for one session. Never rejects. */
  async #lease({ queueSession, reserved, isApart, newsCount }: Pick): Promise<LeaseResult> {
    let result: LeaseResult = { kind: "failed", queueSession, granted: 0 };
    try {
      result = await queueSession.exclusive(() => this.#ask(queueSession, reserved, isApart));
    } catch (error) {
      this.#failed(queueSession, storeErrorOf(error));
    }
    if (isApart) {
      return this.#leasedApart(result, reserved);
    }
    // News that came while the store was asked may be newer than its answer.
    if (result.kind === "dry" && newsCount === this.#newsCount) {
      this.#dry.add(queueSession.typesKey);
    }
    this.#leaveLines();
    queueSession.session.credit.giveBack(reserved, result.granted);
    if (result.kind === "full" || result.kind === "dry") {
      this.#granter.wakeNext(queueSession.session);
    }
    return result;
  }

  /** Lets a session go that was kept for a suspect and got none. */
  #leasedApart(result: LeaseResult, reserved: number): LeaseResult {
    const { queueSession, granted } = result;
    queueSession.session.credit.giveBack(reserved, granted);
    if (granted > 0) {
      return result;
    }
    queueSession.session.solitude.end();
    this.#granter.wakeFor(queueSession.session);
    return result.kind === "failed" ? result : { ...result, kind: "ended" };
  }

  // Who waits for credit here would otherwise be first in line for what it cannot spend.
  #leaveLines(): void {
    const isHeld = this.#isHeld();
    if (this.#dry.size === 0 && !isHeld) {
      return;
    }
    for (const queueSession of this.#queueSessions) {
      if (
        (isHeld || this.#isDry(queueSession)) &&
        queueSession.session.credit.leave(queueSession)
      ) {
        this.#granter.wakeNext(queueSession.session);
      }
    }
  }

  async #ask(queueSession: QueueSession, limit: number, isApart: boolean): Promise<LeaseResult> {
    const outcome = await callLease(queueSession, { limit, isApart }, this.#options);
    if (outcome === "failed") {
      this.#hold();
    }
    if (outcome === "failed" || outcome === "ended") {
      return { kind: outcome, queueSession, granted: 0 };
    }
    this.#pinned = outcome.pinned === undefined ? NOBODY : new Set(outcome.pinned);
    this.#suspects.areLeft(outcome.suspects, isApart && outcome.tasks.length > 0);
    return isApart
      ? this.#grantApart(queueSession, outcome)
      : this.#grant(queueSession, outcome, limit);
  }

  #grantApart(queueSession: QueueSession, outcome: Leased): LeaseResult {
    const result = this.#grant(queueSession, outcome, 1);
    const [suspect] = outcome.tasks;
    if (suspect !== undefined && result.granted > 0) {
      queueSession.session.solitude.granted(leaseOf(suspect), this.#options.clock.monotonicMs());
    }
    return result;
  }

  #grant(queueSession: QueueSession, outcome: Leased, limit: number): LeaseResult {
    const { tasks: leased, left, unreadable } = outcome;
    const { clock, settings, settler, undecodable, onLeased } = this.#options;
    const { session } = queueSession;
    undecodable.noteTasks(unreadable ?? []);
    if (!session.takesGrants || this.#granter.isStopped) {
      settler.giveBack(session.id, leased.map(leaseOf));
      return { kind: "ended", queueSession, granted: 0 };
    }
    this.#heldUntilMs = null;
    this.#early.leased(leased);
    const tasks = leased.some(isUndecodable) ? this.#putOff(session.id, leased) : leased;
    if (leased.length === 0) {
      this.#fair.isLeft(0);
      return { kind: "dry", queueSession, granted: 0 };
    }
    const sent = sendGrants(session, tasks, clock.monotonicMs(), settings.maxGrantBytes);
    onLeased(this.#queue, sent.soonestTimeoutMs);
    // Few tasks mean that no more are there, unless the next one was too large to be added.
    const isCut = sent.payloadBytes + LIMITS.maxPayloadBytes > settings.maxGrantBytes;
    const isFull = left > 0 && (leased.length === limit || isCut);
    this.#fair.isLeft(isFull ? left : 0);
    return { kind: isFull ? "full" : "dry", queueSession, granted: tasks.length };
  }

  /** Gives back what cannot be read, for another version to try; returns what can. */
  #putOff(sessionId: SessionId, leased: readonly LeasedTask[]): LeasedTask[] {
    const { settler, undecodable } = this.#options;
    const unreadable = leased.filter(isUndecodable);
    settler.giveBack(sessionId, unreadable.map(leaseOf), UNDECODABLE_DELAY_MS);
    undecodable.noteTasks(unreadable.map(({ id }) => id));
    return leased.filter((task) => !isUndecodable(task));
  }

  #failed(queueSession: QueueSession, error: StoreError): void {
    // The answer may have named tasks that nobody has now; opening anew gives them back.
    if (error.kind !== "unavailable") {
      queueSession.mustReopen = true;
    }
    this.#options.log.debug({ err: error, queue: this.#queue }, "nothing could be leased");
    this.#hold();
  }

  /** Leases nothing until the next poll or until the store answers, and says so to the workers once. */
  #hold(): void {
    const { clock, settings } = this.#options;
    if (this.#heldUntilMs === null) {
      const retryAfterMs = settings.pollIntervalMs;
      for (const { session } of this.#queueSessions) {
        session.send({ kind: "throttle", reason: "the store does not answer", retryAfterMs });
      }
    }
    this.#heldUntilMs = clock.monotonicMs() + settings.pollIntervalMs;
    this.#leaveLines();
  }

  #isHeld(): boolean {
    return this.#heldUntilMs !== null && this.#options.clock.monotonicMs() < this.#heldUntilMs;
  }
}

function isOpen({ session }: QueueSession): boolean {
  return session.takesGrants && session.isWritable;
}

function hasOpenCredit(queueSession: QueueSession): boolean {
  return queueSession.session.credit.open > 0 && isOpen(queueSession);
}

function isUndecodable({ spec }: LeasedTask): boolean {
  return spec.undecodable === true;
}

function leaseOf({ id, token }: LeasedTask): LeaseRef {
  return { taskId: id, token };
}
