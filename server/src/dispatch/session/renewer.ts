import type { Clock } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import { ATTEMPT_TIMEOUT_FAILURE } from "../../domain/task.ts";
import type {
  LeaseNotice,
  RenewOutcome,
  SessionRenewal,
  Store,
  StoreError,
} from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import { type BatchCaller, Coalescer } from "../store-calls/coalescer.ts";
import type { LeaseSession, QueueSession } from "./session.ts";

const RENEWAL_BYTES = 128;

/** What a {@link Renewer} needs. */
export interface RenewerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told when another stream took a session up. */
  readonly onSuperseded: (session: LeaseSession) => void;
  /** Told how soon the leases of a session that was cut are free. */
  readonly onCut: (queue: QueueName, ttlMs: number) => void;
}

/** Sets how long sessions live, those of one turn of the event loop together. */
export class Renewer {
  readonly #clock: Clock;
  readonly #log: DispatchLog;
  readonly #settings: DispatchSettings;
  readonly #onSuperseded: (session: LeaseSession) => void;
  readonly #onCut: (queue: QueueName, ttlMs: number) => void;
  readonly #lanes: Coalescer<SessionRenewal, RenewOutcome>;
  readonly #refreshes = new Map<LeaseSession, Refresh>();

  constructor({ store, clock, log, settings, onSuperseded, onCut }: RenewerOptions) {
    this.#onCut = onCut;
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#onSuperseded = onSuperseded;
    this.#lanes = new Coalescer({
      call: (_queue, batch) => store.renew(batch),
      bytesOf: () => RENEWAL_BYTES,
      log,
      settings,
    });
  }

  /** Sets a session's ttl on one of its queues. */
  renew(
    queueSession: QueueSession,
    ttlMs: number,
    caller: BatchCaller<SessionRenewal, RenewOutcome>,
    place: number,
  ): void {
    const { queue, session } = queueSession;
    const { id: sessionId, streamId } = session;
    const credit = session.takeCreditToTell(queue);
    const renewal = { sessionId, streamId, queue, ttlMs };
    this.#lanes.add(queue, credit === null ? renewal : { ...renewal, credit }, caller, place);
  }

  /** Shortens a session's life, or ends it with 0. Where that fails, its ttl passes by itself. */
  cut(session: LeaseSession, ttlMs: number): void {
    session.cutUntilMs = this.#clock.monotonicMs() + ttlMs;
    for (const queueSession of session.queueSessions) {
      this.#cut(queueSession, ttlMs);
    }
  }

  /**
   * Cuts a session again that was cut before on a queue, since something else may have given it its ttl
   * after that: calls of the store need not take effect in the order in which they were made.
   */
  cutAgain(queueSession: QueueSession): void {
    const { cutUntilMs } = queueSession.session;
    if (cutUntilMs !== null) {
      this.#cut(queueSession, Math.max(0, Math.ceil(cutUntilMs - this.#clock.monotonicMs())));
    }
  }

  /** Fetches a session's notices without making it live longer. */
  refresh(session: LeaseSession): void {
    const running = this.#refreshes.get(session);
    if (running !== undefined) {
      running.isWantedAgain = true;
      return;
    }
    const ttlMs = session.remainingTtlMs(this.#clock.monotonicMs(), this.#settings.leaseTtlMs);
    if (session.isOver || ttlMs <= 0) {
      return;
    }
    const refresh = new Refresh(session, this, () => {
      this.#refreshes.delete(session);
      if (refresh.isWantedAgain) {
        this.refresh(session);
      }
    });
    this.#refreshes.set(session, refresh);
    session.queueSessions.forEach((queueSession, place) => {
      this.renew(queueSession, ttlMs, refresh, place);
    });
  }

  /**
   * Calls back once the notices of a session that are being fetched are here, at once where none are.
   *
   * @param then told whether that succeeded; where not, some may be lost
   */
  afterRefresh(session: LeaseSession, then: (isComplete: boolean) => void): void {
    const running = this.#refreshes.get(session);
    if (running === undefined) {
      then(true);
    } else {
      running.followers.push(then);
    }
  }

  /** Takes in what a renewal says of a session; returns whether the session lives on this queue. */
  accept(queueSession: QueueSession, outcome: RenewOutcome): boolean {
    switch (outcome.kind) {
      case "ok":
        passNotices(queueSession.session, outcome.notices);
        if (outcome.drain !== undefined) {
          queueSession.session.dismiss(outcome.drain);
        }
        this.cutAgain(queueSession);
        return true;
      case "gone":
        queueSession.mustReopen = true;
        return false;
      case "superseded":
        this.#onSuperseded(queueSession.session);
        return false;
    }
  }

  /** Takes in that a renewal failed. */
  acceptFailure(queueSession: QueueSession, error: StoreError): void {
    queueSession.session.creditUntold(queueSession.queue);
    // The notices may have gone with the answer: opening anew tells which leases are left.
    if (error.kind === "unknown") {
      queueSession.mustReopen = true;
      this.cutAgain(queueSession);
    }
  }

  /** Resolves once every renewal is answered. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  #cut(queueSession: QueueSession, ttlMs: number): void {
    const caller: BatchCaller<SessionRenewal, RenewOutcome> = {
      answered: (outcome, { queue }) => {
        if (outcome.kind === "ok") {
          this.#onCut(queue, ttlMs);
        }
      },
      failed: (error) => {
        this.#log.debug(
          { err: error, session_id: queueSession.session.id },
          "a session was not cut",
        );
      },
      flush: () => {},
    };
    this.renew(queueSession, ttlMs, caller, 0);
  }
}

/** A renewal of all of a session's queues for the sake of the notices. */
class Refresh implements BatchCaller<SessionRenewal, RenewOutcome> {
  isWantedAgain = false;
  readonly followers: ((isComplete: boolean) => void)[] = [];
  readonly #session: LeaseSession;
  readonly #renewer: Renewer;
  readonly #ended: () => void;
  #missing: number;
  #isComplete = true;

  constructor(session: LeaseSession, renewer: Renewer, ended: () => void) {
    this.#session = session;
    this.#renewer = renewer;
    this.#ended = ended;
    this.#missing = session.queueSessions.length;
  }

  answered(outcome: RenewOutcome, _renewal: SessionRenewal, place: number): void {
    this.#missing -= 1;
    this.#renewer.accept(this.#session.queueSessions[place] as QueueSession, outcome);
  }

  failed(error: StoreError, _renewal: SessionRenewal, place: number): void {
    this.#missing -= 1;
    this.#isComplete &&= error.kind !== "unknown";
    this.#renewer.acceptFailure(this.#session.queueSessions[place] as QueueSession, error);
  }

  flush(): void {
    if (this.#missing === 0) {
      this.#ended();
      for (const follower of this.followers.splice(0)) {
        follower(this.#isComplete);
      }
    }
  }
}

function passNotices(session: LeaseSession, notices: readonly LeaseNotice[]): void {
  for (const { lease, cause, reason } of notices) {
    session.lose(lease, cause, cause === "timed_out" ? ATTEMPT_TIMEOUT_FAILURE.message : reason);
  }
}
