import type { Clock } from "@baton/proto/shared";
import {
  type LeaseRef,
  QueueCursor,
  type QueueName,
  queueOfTask,
  type SessionId,
  type TaskId,
} from "../../domain/ids.ts";
import { DEFAULTS } from "../../domain/limits.ts";
import { afterFailure } from "../../domain/retry-policy.ts";
import type { RetryPolicy, Task } from "../../domain/task.ts";
import type {
  Report,
  ReportOutcome,
  Settlement,
  SettlementOutcome,
  SettleOutcome,
  Store,
} from "../../store/store.ts";
import type { SettlementAnswer, WorkerSettlement } from "../contract.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import { type BatchCaller, Coalescer } from "../store-calls/coalescer.ts";
import { Pace } from "../store-calls/pace.ts";
import { type BatchAnswers, PendingBatch } from "../store-calls/pending-batch.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";
import { ReleasePauses } from "./release-pauses.ts";
import { answerOf, retryAnswer } from "./settlement-answers.ts";

const SETTLEMENT_OVERHEAD_BYTES = 128;
const QUESTION_BYTES = 64;
/**
 * Store calls about leases that nobody here knows: at most so many at once, and as many in so many ms, over
 * all queues. A frame of 60 kB can name a thousand leases on a thousand queues that do not exist, which is
 * a thousand calls; with a queue each they would be in the way of all others.
 */
const STRANGE_CALLS = 16;
const STRANGE_CALLS_IN_MS = 10;

/** Who settles leases and is told what became of them. */
export type SettleCaller = BatchCaller<Settlement, SettleOutcome>;

/** What the retry policy has to know of the attempt that failed. */
export interface KnownAttempt {
  readonly attempt: number | null;
  readonly retryPolicy: RetryPolicy | null;
}

/** What a {@link Settler} needs. */
export interface SettlerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told of leases whose settlements are just being sent to the store. */
  readonly onSettling: (batch: readonly Settlement[]) => void;
  /** Told when tasks are READY again. */
  readonly onReady: (queue: QueueName) => void;
  /** Told when a task will be READY again after the delay. */
  readonly onScheduled: (queue: QueueName, delayMs: number) => void;
}

/** A failed attempt of which another process knows the policy. */
interface Question {
  readonly sessionId: SessionId;
  readonly settlement: WorkerSettlement;
  readonly caller: SettleCaller;
  readonly place: number;
}

/** Ends leases, those of one event together, and decides what follows a failure. */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #lanes: Coalescer<Settlement, SettleOutcome>;
  readonly #reports: Coalescer<Report, ReportOutcome>;
  /** Of leases that the session does not hold: late, forged, or another process's. */
  readonly #strange: Coalescer<Settlement, SettleOutcome>;
  readonly #questions: Coalescer<Question, Task | null>;
  readonly #answers: BatchCaller<Question, Task | null>;
  readonly #nobody: SettleCaller;
  readonly #paces: readonly [Pace, Pace];
  readonly #cursor = new QueueCursor();
  readonly #pauses: ReleasePauses;

  constructor(options: SettlerOptions) {
    const { store, clock, log, settings } = options;
    this.#options = options;
    this.#pauses = new ReleasePauses(clock);
    const lanes = {
      call: (queue: QueueName, batch: readonly Settlement[]) => this.#settle(queue, batch),
      bytesOf: settlementBytes,
      log,
      settings,
    };
    const newPace = () => new Pace(clock, STRANGE_CALLS, STRANGE_CALLS_IN_MS);
    this.#paces = [newPace(), newPace()];
    const [settling, asking] = this.#paces;
    this.#lanes = new Coalescer(lanes);
    this.#reports = new Coalescer({
      call: (_queue, batch) => store.report(batch),
      bytesOf: ({ progress }) => (progress?.note.length ?? 0) + SETTLEMENT_OVERHEAD_BYTES,
      log,
      settings,
    });
    this.#strange = new Coalescer({ ...lanes, pace: settling });
    this.#questions = new Coalescer({
      call: (_queue, batch) => store.get(batch.map(taskOfQuestion)),
      bytesOf: () => QUESTION_BYTES,
      log,
      settings,
      pace: asking,
    });
    this.#answers = {
      answered: (task, question) => this.#addFailure(question, attemptOf(task)),
      failed: (error, { sessionId, caller, settlement, place }) => {
        caller.failed(error, { sessionId, lease: settlement.lease, outcome: RELEASED }, place);
        caller.flush();
      },
      flush: () => {},
    };
    this.#nobody = {
      answered: () => {},
      failed: (error) => log.debug({ err: error }, "a lease was not given back"),
      flush: () => {},
    };
  }

  /**
   * Settles a lease for a session, which need not be the one that has it: that is for the store to tell.
   * The caller is told at the end of a store call.
   *
   * @param known what is known of the lease's attempt, or null
   */
  settle(
    sessionId: SessionId,
    settlement: WorkerSettlement,
    known: KnownAttempt | null,
    caller: SettleCaller,
    place: number,
  ): void {
    const { lease, progress } = settlement;
    if (progress === undefined || known === null) {
      this.#end(sessionId, settlement, known, caller, place);
      return;
    }
    // Behind its end the lease takes no report. Whatever comes of this one, the outcome counts.
    const end = (): void => this.#end(sessionId, settlement, known, caller, place);
    const reporter = { answered: end, failed: end, flush: () => {} };
    const report = { sessionId, lease, progress, checkpoint: null };
    this.#reports.add(this.#cursor.of(lease.taskId), report, reporter, 0);
  }

  /** Settles for a caller without a stream; see `Dispatcher.settle`. */
  settleAll(sessionId: SessionId, batch: readonly WorkerSettlement[]): Promise<SettlementAnswer[]> {
    if (batch.length === 0) {
      return Promise.resolve([]);
    }
    return new Promise((resolve, reject) => {
      const answers = new Array<SettlementAnswer>(batch.length);
      const call = new PendingBatch(SETTLEMENT_ANSWERS, answers, batch.length, (all, error) => {
        if (error === null) {
          resolve(all);
        } else {
          reject(taskErrorOf(error, this.#options.settings.retryAfterMs));
        }
      });
      for (const [place, settlement] of batch.entries()) {
        this.settle(sessionId, settlement, null, call, place);
      }
    });
  }

  #end(
    sessionId: SessionId,
    settlement: WorkerSettlement,
    known: KnownAttempt | null,
    caller: SettleCaller,
    place: number,
  ): void {
    const { lease, outcome } = settlement;
    const queue = this.#cursor.of(lease.taskId);
    if (outcome.kind !== "fail") {
      const lanes = known === null ? this.#strange : this.#lanes;
      lanes.add(queue, { sessionId, lease, outcome }, caller, place);
    } else if (known !== null && known.retryPolicy !== null) {
      this.#addFailure({ sessionId, settlement, caller, place }, known);
    } else {
      this.#questions.add(queue, { sessionId, settlement, caller, place }, this.#answers, 0);
    }
  }

  /** Gives leases of a session back that its worker does not have; no attempt is spent. */
  giveBack(sessionId: SessionId, leases: readonly LeaseRef[], delayMs = 0): void {
    const outcome: SettlementOutcome = delayMs === 0 ? RELEASED : { kind: "release", delayMs };
    for (const lease of leases) {
      this.#lanes.add(queueOfTask(lease.taskId), { sessionId, lease, outcome }, this.#nobody, 0);
    }
  }

  /** Resolves once every settlement is answered, which is from now on not put off. */
  async idle(): Promise<void> {
    for (const pace of this.#paces) {
      pace.lift();
    }
    await this.#reports.idle();
    await this.#questions.idle();
    await this.#strange.idle();
    await this.#lanes.idle();
  }

  #addFailure({ sessionId, settlement, caller, place }: Question, known: KnownAttempt): void {
    const { lease, outcome } = settlement;
    if (outcome.kind !== "fail") {
      return;
    }
    const { failure, nonRetryable, retryAfterMs } = outcome;
    const next = afterFailure(
      known.retryPolicy ?? DEFAULTS.retryPolicy,
      { failure, attempt: known.attempt ?? 1, nonRetryable, retryAfterMs },
      this.#options.random(),
    );
    const settled: SettlementOutcome = { kind: "fail", failure, next };
    this.#lanes.add(
      queueOfTask(lease.taskId),
      { sessionId, lease, outcome: settled },
      caller,
      place,
    );
  }

  async #settle(queue: QueueName, asked: readonly Settlement[]): Promise<SettleOutcome[]> {
    const batch = this.#pauses.paused(asked);
    this.#options.onSettling(batch);
    const outcomes = await this.#options.store.settle(batch);
    let isAnyReady = false;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (let at = 0; at < outcomes.length; at += 1) {
      const outcome = outcomes[at] as SettleOutcome;
      const settlement = batch[at] as Settlement;
      this.#pauses.note(settlement, outcome);
      if (outcome.kind === "ok" && outcome.state === "READY") {
        isAnyReady = true;
      } else if (outcome.kind === "ok" && outcome.state === "SCHEDULED") {
        soonestMs = Math.min(soonestMs, delayOf(settlement.outcome));
      }
    }
    if (isAnyReady) {
      this.#options.onReady(queue);
    }
    if (soonestMs !== Number.POSITIVE_INFINITY) {
      this.#options.onScheduled(queue, soonestMs);
    }
    return outcomes;
  }
}

const SETTLEMENT_ANSWERS: BatchAnswers<Settlement, SettleOutcome, SettlementAnswer> = {
  answerOf: (outcome, { lease }) => answerOf(lease, outcome),
  failureOf: (_error, { lease }) => retryAnswer(lease),
};

const RELEASED: SettlementOutcome = { kind: "release", delayMs: 0 };

function taskOfQuestion({ settlement }: Question): TaskId {
  return settlement.lease.taskId;
}

// For a task that is gone anything will do: the store answers that there is none.
function attemptOf(task: Task | null): KnownAttempt {
  return task === null
    ? { attempt: null, retryPolicy: null }
    : { attempt: task.attempt, retryPolicy: task.spec.retryPolicy };
}

function delayOf(outcome: SettlementOutcome): number {
  switch (outcome.kind) {
    case "complete":
      return 0;
    case "release":
      return outcome.delayMs;
    case "fail":
    case "timed_out":
      return outcome.next.kind === "retry" ? outcome.next.delayMs : 0;
  }
}

function settlementBytes({ outcome }: Settlement): number {
  return outcome.kind === "complete"
    ? outcome.result.value.length + SETTLEMENT_OVERHEAD_BYTES
    : SETTLEMENT_OVERHEAD_BYTES;
}
