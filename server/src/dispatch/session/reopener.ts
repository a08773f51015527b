import type { Clock } from "@baton/proto/shared";
import type { LeaseRef, QueueName } from "../../domain/ids.ts";
import type { SessionOpened, Store } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import type { LeaseSession, QueueSession } from "./session.ts";

/**
 * `ok`: the session lives on the queue with the leases of its table. `over`: it is not this stream's to
 * open any more, or its worker has to be heard of first. `failed`: the store failed.
 */
export type ReopenOutcome = "ok" | "over" | "failed";

/** What a {@link Reopener} needs. */
export interface ReopenerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told when another stream took a session up. */
  readonly onSuperseded: (session: LeaseSession) => void;
  /** Told when a session was opened anew whose stream has ended meanwhile. */
  readonly onOver: (queueSession: QueueSession) => void;
  /** Told when tasks that were given back are READY again. */
  readonly onReady: (queue: QueueName) => void;
}

/** Opens a session anew on a queue where its ttl passed or where an answer of the store was lost. */
export class Reopener {
  readonly #options: ReopenerOptions;

  constructor(options: ReopenerOptions) {
    this.#options = options;
  }

  /**
   * Agrees with the store on what the session holds. Never rejects. To be called as an exclusive action
   * of the queue session.
   *
   * @param named leases that the worker says it has and the session's table may not know
   */
  async reopen(queueSession: QueueSession, named: readonly LeaseRef[]): Promise<ReopenOutcome> {
    const { clock, log, settings } = this.#options;
    const { session } = queueSession;
    const ttlMs = session.remainingTtlMs(clock.monotonicMs(), settings.leaseTtlMs);
    if (session.isOver || ttlMs <= 0) {
      return "over";
    }
    try {
      const held = withNamed(session.leases.heldOn(queueSession.queue), named);
      await this.#open(queueSession, ttlMs, held);
      if (session.isOver) {
        this.#options.onOver(queueSession);
        return "over";
      }
      return "ok";
    } catch (error) {
      // A second opening is as good as the first, whatever came of that.
      log.debug({ err: error, session_id: session.id }, "a session was not reopened");
      return "failed";
    }
  }

  /**
   * Has the store give back what an answer brought that was lost, for a worker that left and would else be
   * charged a crash for each. Never rejects. To be called as an exclusive action of the queue session.
   */
  async giveBackLost(queueSession: QueueSession): Promise<void> {
    const { clock, log, settings } = this.#options;
    const { session } = queueSession;
    const ttlMs = session.remainingTtlMs(clock.monotonicMs(), settings.leaseTtlMs);
    if (queueSession.mustReopen && ttlMs > 0) {
      try {
        await this.#open(queueSession, ttlMs, session.leases.heldOn(queueSession.queue));
      } catch (error) {
        log.debug({ err: error, sessionId: session.id }, "lost leases were not given back");
      }
    }
  }

  async #open(queueSession: QueueSession, ttlMs: number, held: readonly LeaseRef[]): Promise<void> {
    const { store, clock, onReady, onSuperseded } = this.#options;
    const { id: sessionId, streamId, workerId } = queueSession.session;
    const [opened] = await store.openSession([
      {
        sessionId,
        streamId,
        workerId,
        queue: queueSession.queue,
        ttlMs,
        types: queueSession.types,
        held,
        about: queueSession.session.aboutOn(queueSession.queue),
      },
    ]);
    if (opened?.kind === "superseded") {
      onSuperseded(queueSession.session);
    } else if (opened !== undefined) {
      queueSession.mustReopen = opened.unanswered !== undefined;
      accept(queueSession, opened, clock.monotonicMs());
      queueSession.session.creditUntold(queueSession.queue);
      if (opened.released.length > 0) {
        onReady(queueSession.queue);
      }
    }
  }
}

type Opened = Extract<SessionOpened, { kind: "ok" }>;

function accept({ session }: QueueSession, opened: Opened, nowMs: number): void {
  if (opened.drain !== undefined) {
    session.dismiss(opened.drain);
  }
  for (const ref of opened.kept) {
    session.leases.keep(ref, nowMs);
  }
  for (const ref of opened.lost) {
    const entry = session.leases.find(ref);
    // A settlement under way may be what ended it; its own answer says so.
    if (entry === null || entry.settling === 0) {
      session.lose(ref, "lost", "");
    }
  }
}

function withNamed(held: LeaseRef[], named: readonly LeaseRef[]): LeaseRef[] {
  const known = new Set(held.map((ref) => ref.taskId));
  return [...held, ...named.filter((ref) => !known.has(ref.taskId))];
}
