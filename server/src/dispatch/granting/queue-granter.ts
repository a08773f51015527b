import type { QueueName, TaskId, TaskType } from "../../domain/ids.ts";
import type { StoreError, SubmitOutcome } from "../../store/store.ts";
import type { LeaseSession, QueueSession } from "../session/session.ts";
import { storeErrorOf } from "../store-calls/store-failure.ts";
import { type EarlyLease, EarlyLeases } from "./early-leases.ts";
import { FairShare } from "./fair-share.ts";
import type { GranterOptions } from "./granter-options.ts";
import { Handout } from "./handout.ts";
import { HeldBack } from "./held-back.ts";
import { callLease, endApart, type LeaseResult } from "./lease-call.ts";
import { Passes } from "./passes.ts";
import { candidates, type Pick, type Picking, pick } from "./picks.ts";
import { StoreHold } from "./store-hold.ts";
import { Subscribers, type Takers } from "./subscribers.ts";
import { TaskSupply } from "./task-supply.ts";

// The states of a queue's granter are four, each kept in one place and each by itself:
//
// | what      | states                          | kept in          |
// | --------- | ------------------------------- | ---------------- |
// | passes    | idle, due, running              | passes.ts        |
// | the store | closed, open, half open         | store-hold.ts    |
// | tasks     | may have tasks, are exhausted   | task-supply.ts   |
// | time      | none, held back for a while     | held-back.ts     |
//
// No pass begins while the store's hold is open or once nothing is granted any more. Beside these a session may be kept
// for a suspect (suspects.ts, session/solitude.ts), and credit waits in turns (session/credit.ts).

/** Who has the granters of all queues. */
export interface GranterOfQueues {
  readonly isStopped: boolean;
  /** Says that a queue may have tasks that it did not have. */
  wake(queue: QueueName): void;
  passBegins(queue: QueueGranter): void;
  passEnds(queue: QueueGranter): void;
  /** Wakes the queues from which a session may take tasks. */
  wakeFor(session: LeaseSession): void;
  /** Wakes the queue whose turn it is to spend a session's credit. */
  wakeNext(session: LeaseSession): void;
}

/** Hands out the tasks of one queue, in passes of which one runs at a time. */
export class QueueGranter {
  readonly #queue: QueueName;
  readonly #granter: GranterOfQueues;
  readonly #options: GranterOptions;
  readonly #fair: FairShare;
  readonly #early = new EarlyLeases();
  readonly #subscribers = new Subscribers();
  readonly #supply = new TaskSupply();
  readonly #hold: StoreHold;
  readonly #handout: Handout;
  readonly #picking: Picking;
  readonly #heldBack: HeldBack;
  readonly #passes: Passes;

  constructor(queue: QueueName, granter: GranterOfQueues, options: GranterOptions) {
    const { maxGrantTasks, pollIntervalMs } = options.settings;
    this.#queue = queue;
    this.#granter = granter;
    this.#options = options;
    this.#fair = new FairShare(maxGrantTasks);
    this.#hold = new StoreHold(options.clock, pollIntervalMs);
    this.#handout = new Handout(queue, options, { early: this.#early, fair: this.#fair });
    this.#picking = {
      subscribers: this.#subscribers,
      supply: this.#supply,
      fair: this.#fair,
      maxGrantTasks,
    };
    this.#heldBack = new HeldBack(options.clock, () => granter.wake(queue));
    this.#passes = new Passes({
      pass: () => this.#pass(),
      mayRun: () => this.#mayLease,
      isMissed: () => this.#hasMissed(),
      begins: () => granter.passBegins(this),
      ends: () => granter.passEnds(this),
      failed: (error) => options.log.error({ err: error, queue }, "a grant pass failed"),
    });
  }

  /** Takes in a session that subscribes to the queue. */
  add(queueSession: QueueSession): void {
    this.#subscribers.add(queueSession);
    queueSession.refillsAtFirst = this.#supply.refills;
  }

  /** Notes that the queue was empty when the session was opened, unless tasks may have come since it subscribed. */
  wasEmptyFor(queueSession: QueueSession): void {
    if (this.#subscribers.has(queueSession)) {
      this.#supply.allExhausted(queueSession.refillsAtFirst);
    }
  }

  /** Lets a session go; returns how many are left. */
  remove(queueSession: QueueSession): number {
    this.#subscribers.remove(queueSession);
    if (this.#subscribers.size === 0) {
      this.stop();
    }
    return this.#subscribers.size;
  }

  /** Looks at nothing any more by itself. */
  stop(): void {
    this.#heldBack.stop();
  }

  /** Counts who could run a task of the type. */
  takers(type: TaskType): Takers {
    return this.#subscribers.takers(type);
  }

  /** Whether some session would take a task. */
  hasCreditWaiting(): boolean {
    return this.#subscribers.hasCreditWaiting();
  }

  /** Notes that there may be tasks of every type again, so many of them known. */
  mayHaveTasks(known = 0): void {
    this.#supply.refilled();
    this.#fair.came(known);
  }

  /**
   * Has the next pass look for tasks that are just being sent to the store, where somebody waits for
   * tasks and none are known. Null where it would not pay.
   */
  expect(ids: readonly TaskId[]): EarlyLease | null {
    if (!this.#passes.isIdle || this.#hold.isOpen || !this.hasCreditWaiting()) {
      return null;
    }
    this.mayHaveTasks(ids.length);
    return this.#early.begin(ids);
  }

  /**
   * Notes what became of expected tasks that went to the store.
   *
   * @param outcomes one each, in order; absent where they are not known
   * @returns whether a pass is to look for them: no lease has brought them and none is under way
   */
  stored(early: EarlyLease, outcomes?: readonly SubmitOutcome[]): boolean {
    early.stored(outcomes);
    return this.#passes.isIdle && this.#hasMissed();
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
    this.#hold.answered();
    this.mayHaveTasks();
  }

  /** Whether there may be something for a session. */
  mayHaveTasksFor(queueSession: QueueSession): boolean {
    return this.#supply.mayHaveTasksFor(queueSession);
  }

  /** Begins a pass, or has the one under way followed by another. */
  wake(): void {
    this.#passes.wake();
  }

  /** Resolves once no pass runs. */
  idle(): Promise<void> {
    return this.#passes.idle();
  }

  /** Whether leases missed some of the tasks that were expected and are stored; then there may be tasks. */
  #hasMissed(): boolean {
    const isMissed = this.#early.takeMissed();
    if (isMissed) {
      this.mayHaveTasks();
    }
    return isMissed;
  }

  get #mayLease(): boolean {
    return !this.#granter.isStopped && !this.#hold.isOpen;
  }

  /** Leases until no session wants more or nothing is left. */
  async #pass(): Promise<void> {
    const skipped = new Set<QueueSession>();
    for (;;) {
      const picks = this.#pick(skipped);
      if (picks.length === 0) {
        return;
      }
      const results = await Promise.all(picks.map((one) => this.#lease(one)));
      for (const { kind, queueSession, granted } of results) {
        if (granted > 0) {
          this.#subscribers.granted(queueSession);
        }
        if (kind === "ended" || kind === "failed") {
          skipped.add(queueSession);
        }
      }
    }
  }

  #pick(skipped: ReadonlySet<QueueSession>): Pick[] {
    if (!this.#mayLease) {
      return [];
    }
    const waiting = candidates(this.#picking, skipped, this.#options.clock.monotonicMs());
    return pick(this.#picking, waiting, ({ session }) => this.#granter.wakeNext(session));
  }

  /** Leases for one session. Never rejects. */
  async #lease({ queueSession, reserved, isApart, atRefill }: Pick): Promise<LeaseResult> {
    let result: LeaseResult = { kind: "failed", queueSession, granted: 0 };
    try {
      result = await queueSession.exclusive(() => this.#ask(queueSession, reserved, isApart));
    } catch (error) {
      this.#failed(queueSession, storeErrorOf(error));
    }
    if (isApart) {
      return endApart(result, reserved, (session) => this.#granter.wakeFor(session));
    }
    if (result.kind === "exhausted") {
      this.#supply.exhausted(queueSession, atRefill);
    }
    this.#stopWaiting();
    queueSession.session.credit.giveBack(reserved, result.granted);
    if (result.kind === "more" || result.kind === "exhausted") {
      this.#granter.wakeNext(queueSession.session);
    }
    return result;
  }

  // Who waits for credit here would otherwise be the first to be offered what it cannot spend.
  #stopWaiting(): void {
    const isHeld = this.#hold.isOpen;
    if (this.#supply.isAnyExhausted || isHeld) {
      this.#subscribers.stopWaiting(
        (queueSession) => isHeld || this.#supply.isExhaustedFor(queueSession),
        (session) => this.#granter.wakeNext(session),
      );
    }
  }

  async #ask(queueSession: QueueSession, limit: number, isApart: boolean): Promise<LeaseResult> {
    const outcome = await callLease(queueSession, { limit, isApart }, this.#options);
    if (outcome === "failed") {
      this.#holdOff();
    }
    if (outcome === "failed" || outcome === "ended") {
      return { kind: outcome, queueSession, granted: 0 };
    }
    this.#supply.answered(outcome, isApart && outcome.tasks.length > 0);
    if (!this.#granter.isStopped && this.#subscribers.size > 0) {
      this.#heldBack.note(outcome.heldBackMs);
    }
    this.#options.undecodable.noteTasks(outcome.unreadable ?? []);
    if (!queueSession.session.takesGrants || this.#granter.isStopped) {
      this.#handout.giveBack(queueSession, outcome);
      return { kind: "ended", queueSession, granted: 0 };
    }
    this.#hold.answered();
    const { granted, mayHaveMore } = isApart
      ? this.#handout.grantApart(queueSession, outcome)
      : this.#handout.grant(queueSession, outcome, limit);
    return { kind: mayHaveMore ? "more" : "exhausted", queueSession, granted };
  }

  #failed(queueSession: QueueSession, error: StoreError): void {
    // The answer may have named tasks that nobody has now; opening anew gives them back.
    if (error.kind !== "unavailable") {
      queueSession.mustReopen = true;
    }
    this.#options.log.debug({ err: error, queue: this.#queue }, "nothing could be leased");
    this.#holdOff();
  }

  /** Leases nothing until the next poll or until the store answers, and says so to the workers once. */
  #holdOff(): void {
    if (this.#hold.failed()) {
      this.#subscribers.throttle(
        "the store does not answer",
        this.#options.settings.pollIntervalMs,
      );
    }
    this.#stopWaiting();
  }
}
