import type { Clock } from "@baton/proto/shared";
import { type LeaseRef, queueOfTask, type SessionId, type TaskId } from "../../domain/ids.ts";
import type {
  RenewOutcome,
  Report,
  ReportOutcome,
  SessionRenewal,
  Store,
  StoreError,
} from "../../store/store.ts";
import type { HeldLease } from "../contract.ts";
import type { DispatchLog } from "../log.ts";
import type { LeaseEntry } from "../session/lease-table.ts";
import type { Renewer } from "../session/renewer.ts";
import type { Reopener } from "../session/reopener.ts";
import type { LeaseSession, QueueSession } from "../session/session.ts";
import type { DispatchSettings } from "../settings.ts";
import type { Settler } from "../settling/settler.ts";
import { type BatchCaller, Coalescer } from "../store-calls/coalescer.ts";

const REPORT_OVERHEAD_BYTES = 128;
const BEATS_TO_SHOW_A_LEASE = 2;

/** What {@link Heartbeats} need. */
export interface HeartbeatsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  readonly renewer: Renewer;
  readonly reopener: Reopener;
  readonly settler: Settler;
  /** Told when a session may be granted tasks of a queue again. */
  readonly onReopened: (queueSession: QueueSession) => void;
}

/** Answers heartbeats: keeps the session, checks what is named, stores what is reported. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  readonly #reports: Coalescer<Report, ReportOutcome>;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.#reports = new Coalescer({
      call: (_queue, batch) => options.store.report(batch),
      bytesOf: reportBytes,
      log: options.log,
      settings: options.settings,
    });
  }

  /** Takes a heartbeat in. It is acknowledged once the store has renewed the session on every queue. */
  beat(session: LeaseSession, named: readonly HeldLease[], sequence: number): void {
    const { clock, settings, settler } = this.#options;
    const nowMs = clock.monotonicMs();
    const lateMs = nowMs - session.renewedAtMs - settings.heartbeatIntervalMs;
    if (lateMs > 0) {
      // Somebody stood still: what was granted meanwhile may not even have left this process.
      session.leases.excuse(lateMs);
    }
    session.beats += 1;
    const previousMs = session.renewedAtMs;
    session.renewedAtMs = nowMs;
    const beat = new Beat(session, named, { sequence, previousMs }, this.#options);
    this.#report(session, named, beat, nowMs);
    session.leases.forgetLosses(session.beats, named);
    settler.giveBack(
      session.id,
      session.leases.takeUnheard(nowMs - BEATS_TO_SHOW_A_LEASE * settings.heartbeatIntervalMs),
    );
    beat.renew();
  }

  /** Resolves once every report is answered. */
  idle(): Promise<void> {
    return this.#reports.idle();
  }

  #report(session: LeaseSession, named: readonly HeldLease[], beat: Beat, nowMs: number): void {
    for (const held of named) {
      const entry = session.leases.find(held.lease);
      if (entry !== null) {
        entry.heardAtMs = nowMs;
      }
      // A lease that nobody here granted is checked by the store, even where nothing is reported.
      const isUnknown = entry === null && session.leases.lossOf(held.lease) === null;
      const report = reportOf(session.id, held, entry, isUnknown);
      if (report !== null) {
        beat.expect();
        this.#reports.add(queueOfTask(held.lease.taskId), report, beat.reports, 0);
        if (entry !== null) {
          entry.reportedBeat = session.beats;
          entry.unreported = null;
        }
      }
    }
  }
}

/** One heartbeat, until the store has answered all of it. */
class Beat {
  readonly reports: BatchCaller<Report, ReportOutcome>;
  readonly #session: LeaseSession;
  readonly #named: readonly HeldLease[];
  readonly #sequence: number;
  readonly #previousMs: number;
  readonly #options: HeartbeatsOptions;
  readonly #number: number;
  #missing = 0;
  /** On how many queues the session was not renewed. */
  #failed = 0;
  /** Which leases were left out, queue by queue. */
  readonly #leftOut: ((id: TaskId) => boolean)[] = [];

  constructor(
    session: LeaseSession,
    named: readonly HeldLease[],
    { sequence, previousMs }: { readonly sequence: number; readonly previousMs: number },
    options: HeartbeatsOptions,
  ) {
    this.#session = session;
    this.#named = named;
    this.#sequence = sequence;
    this.#previousMs = previousMs;
    this.#options = options;
    this.#number = session.beats;
    this.reports = {
      answered: (outcome, report) => this.#reported(outcome, report),
      failed: (_error, report) => this.#notReported(report),
      flush: () => this.#finish(),
    };
  }

  /** Says that another answer has to come before the acknowledgement. */
  expect(): void {
    this.#missing += 1;
  }

  /** Renews the session on each of its queues. */
  renew(): void {
    const { renewer, settings } = this.#options;
    const { queueSessions } = this.#session;
    const caller: BatchCaller<SessionRenewal, RenewOutcome> = {
      answered: (outcome, _renewal, place) =>
        this.#renewed(queueSessions[place] as QueueSession, outcome),
      failed: (error, _renewal, place) =>
        this.#notRenewed(queueSessions[place] as QueueSession, error),
      flush: () => this.#finish(),
    };
    queueSessions.forEach((queueSession, place) => {
      this.expect();
      if (queueSession.mustReopen) {
        this.#reopen(queueSession);
      } else {
        renewer.renew(queueSession, settings.leaseTtlMs, caller, place);
      }
    });
  }

  #renewed(queueSession: QueueSession, outcome: RenewOutcome): void {
    if (outcome.kind === "ok" && outcome.isLeftOut !== undefined) {
      this.#leftOut.push(outcome.isLeftOut);
    }
    if (this.#options.renewer.accept(queueSession, outcome) || this.#session.isOver) {
      this.#missing -= 1;
    } else {
      this.#reopen(queueSession);
    }
  }

  #notRenewed(queueSession: QueueSession, error: StoreError): void {
    this.#options.renewer.acceptFailure(queueSession, error);
    this.#fail(queueSession);
    this.#missing -= 1;
  }

  #fail({ queue }: QueueSession): void {
    this.#failed += 1;
    this.#leftOut.push((id) => queueOfTask(id) === queue);
  }

  #reopen(queueSession: QueueSession): void {
    const { reopener, onReopened, log } = this.#options;
    queueSession
      .exclusive(() => reopener.reopen(queueSession, this.#namedOn(queueSession)))
      .then((outcome) => {
        if (outcome !== "ok") {
          this.#fail(queueSession);
        }
        this.#missing -= 1;
        this.#finish();
        if (outcome === "ok") {
          onReopened(queueSession);
        }
      })
      .catch((error: unknown) => log.error({ err: error }, "a heartbeat was not answered"));
  }

  #reported(outcome: ReportOutcome, report: Report): void {
    if (outcome.kind === "no_room") {
      this.#notReported(report);
      return;
    }
    const { lease } = report;
    this.#missing -= 1;
    const entry = this.#session.leases.find(lease);
    // A settlement under way may be what ended it; its own answer says so.
    if (outcome.kind === "stale" && (entry === null || entry.settling === 0)) {
      this.#session.lose(lease, "lost", "");
    }
  }

  #notReported(report: Report): void {
    this.#missing -= 1;
    const entry = this.#session.leases.find(report.lease);
    if (entry !== null && entry.reportedBeat === this.#number) {
      entry.unreported = report;
    }
  }

  #namedOn(queueSession: QueueSession): LeaseRef[] {
    const refs: LeaseRef[] = [];
    for (const { lease } of this.#named) {
      if (queueOfTask(lease.taskId) === queueSession.queue) {
        refs.push(lease);
      }
    }
    return refs;
  }

  // No answer where the store is out of reach: the worker has to count its leases as running out.
  #finish(): void {
    if (this.#missing > 0 || this.#failed === this.#session.queueSessions.length) {
      return;
    }
    this.#fence();
    // Notices that it fetches are gone from the store, so that the renewal did not bring them.
    this.#options.renewer.afterRefresh(this.#session, (isComplete) => {
      if (isComplete) {
        this.#acknowledge();
      }
    });
  }

  /**
   * The acknowledgement says that what it does not name lives on for a ttl. A lease on a queue that is away
   * does not, so that it is named as lost at the last heartbeat that comes in time for the worker to stop.
   */
  #fence(): void {
    const { leaseTtlMs, heartbeatIntervalMs } = this.#options.settings;
    const { leases } = this.#session;
    const isLeftOut = (id: TaskId): boolean => this.#leftOut.some((holds) => holds(id));
    leases.renewed(this.#leftOut.length === 0 ? null : isLeftOut, this.#previousMs);
    const nextBeatMs = this.#session.renewedAtMs + heartbeatIntervalMs;
    for (const ref of leases.unrenewedSince(nextBeatMs - leaseTtlMs)) {
      this.#session.lose(ref, "lost", "");
    }
  }

  #acknowledge(): void {
    const lost: LeaseRef[] = [];
    const cancelled: LeaseRef[] = [];
    for (const { lease } of this.#named) {
      const loss = this.#session.leases.lossOf(lease);
      if (loss !== null) {
        (loss.cause === "cancelled" ? cancelled : lost).push(lease);
      }
    }
    const sequence = this.#sequence;
    this.#session.send({ kind: "heartbeat_ack", sequence, lost, cancelled });
  }
}

/** What is to be reported of a lease; null where there is nothing, and it need not be checked. */
function reportOf(
  sessionId: SessionId,
  { lease, progress, checkpoint }: HeldLease,
  entry: LeaseEntry | null,
  mustCheck: boolean,
): Report | null {
  const earlier = entry?.unreported ?? null;
  if (earlier !== null) {
    return {
      sessionId,
      lease,
      progress: progress ?? earlier.progress,
      checkpoint: checkpoint ?? earlier.checkpoint,
    };
  }
  const isSaid = progress !== null || checkpoint !== null;
  return isSaid || mustCheck ? { sessionId, lease, progress, checkpoint } : null;
}

function reportBytes({ checkpoint, progress }: Report): number {
  return (checkpoint?.length ?? 0) + (progress?.note.length ?? 0) + REPORT_OVERHEAD_BYTES;
}
