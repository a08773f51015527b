import { type Clock, LIMITS } from "@baton/proto/shared";
import type { Attempt } from "../attempts/attempt.ts";
import type { Lease } from "../attempts/lease-map.ts";
import { failForGood, type Outcome } from "../handler/outcome.ts";
import type { Logger } from "../logger.ts";
import { endFailed, endSettled, startSettle } from "../telemetry/tracing.ts";
import { Alarm } from "../time/alarm.ts";
import type { Received, Sent } from "../values/wire.ts";
import { Outbox, type Unsettled, unsettled } from "./outbox.ts";

/** Brings outcomes to the dispatcher: until each is answered, and over as many streams as it takes. */
export class Settler {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #onReady: () => void;
  readonly #outbox = new Outbox();
  readonly #retryAlarm: Alarm;
  #maxPayloadBytes: number = LIMITS.maxPayloadBytes;
  #maxMessageBytes: number = LIMITS.maxMessageBytes;

  /** @param onReady called when there is something to take, perhaps more than once */
  constructor(logger: Logger, clock: Clock, onReady: () => void) {
    this.#logger = logger;
    this.#clock = clock;
    this.#onReady = onReady;
    this.#retryAlarm = new Alarm(clock, () => this.#retryDue());
  }

  /** How many outcomes are not answered. */
  get size(): number {
    return this.#outbox.size;
  }

  /** The outcomes that are not answered. */
  entries(): Iterable<Unsettled> {
    return this.#outbox.entries();
  }

  has(lease: Lease): boolean {
    return this.#outbox.has(lease);
  }

  /** Whether a heartbeat with a checkpoint must go out before the next batch. */
  get owesCheckpoint(): boolean {
    return this.#outbox.owesCheckpoint;
  }

  /** Begins a stream: everything is sent on it, what was sent before included. */
  begin(maxPayloadBytes: number, maxMessageBytes: number): void {
    this.#maxPayloadBytes = maxPayloadBytes || LIMITS.maxPayloadBytes;
    this.#maxMessageBytes = maxMessageBytes;
    this.#outbox.resendAll();
  }

  /** Takes a batch to send; empty where there is nothing to send now. */
  take(): Sent<"Settlement">[] {
    return this.#outbox.take(LIMITS.maxBatchItems, this.#maxMessageBytes / 2);
  }

  /** An attempt is over; with its progress, where that is to be said yet. */
  settle(attempt: Attempt, outcome: Outcome, progress: Sent<"Progress"> | undefined): void {
    const { lease, granted, span, saved, owedCheckpoint } = attempt;
    const fitting = traced(this.#fitting(outcome), span?.traceparent);
    const settle = startSettle(granted, span, fitting.kind);
    this.#outbox.add(
      fitting.kind === "complete"
        ? unsettled(lease, fitting, { span: settle, progress })
        : unsettled(lease, fitting, {
            span: settle,
            // Of a task that waits nobody is shown any.
            progress: fitting.kind === "fail" ? progress : undefined,
            checkpoint: saved,
            owesCheckpoint: owedCheckpoint !== undefined,
          }),
    );
    this.#onReady();
  }

  /** A lease is not wanted. */
  giveBack(lease: Lease, outcome: Outcome): void {
    this.#outbox.add(unsettled(lease, outcome));
    this.#onReady();
  }

  /** The dispatcher answered. */
  answered({ lease: ref, status, reason }: Received<"SettlementResult">): void {
    if (ref === null) {
      return;
    }
    const { taskId } = ref;
    const lease = { taskId, leaseToken: Number(ref.leaseToken) };
    switch (status) {
      case "SETTLEMENT_STATUS_OK":
        endSettled(this.#outbox.remove(lease)?.span);
        break;
      case "SETTLEMENT_STATUS_STALE":
        this.#logger.debug({ taskId }, "the lease was over; the outcome is void");
        endFailed(this.#outbox.remove(lease)?.span, "STALE", "the lease was over");
        break;
      case "SETTLEMENT_STATUS_REJECTED":
        this.#logger.error({ taskId, reason }, "the dispatcher refused the outcome");
        endFailed(this.#outbox.reject(lease, reason)?.span, "REJECTED", reason);
        break;
      // RETRY, or what only a newer dispatcher says: it is not settled.
      default:
        this.#outbox.retryLater(lease, this.#clock.monotonicMs());
        this.#retryDue();
    }
  }

  /** Tries nothing again. */
  stop(): void {
    this.#retryAlarm.cancel();
  }

  #retryDue(): void {
    this.#retryAlarm.set(this.#outbox.queueDue(this.#clock.monotonicMs()));
    this.#onReady();
  }

  /** A message that is too large would end the stream, and the next one, and so on. */
  #fitting(outcome: Outcome): Outcome {
    const bytes = outcome.kind === "complete" ? outcome.result.value.byteLength : 0;
    const maxBytes = Math.min(this.#maxPayloadBytes, this.#maxMessageBytes / 2);
    return bytes <= maxBytes
      ? outcome
      : failForGood("ResultTooLarge", new RangeError(`${bytes} bytes; at most ${maxBytes}`));
  }
}

/** Says in a failure which span it was, for the next attempt to link to. */
function traced(outcome: Outcome, traceparent: string | undefined): Outcome {
  return outcome.kind === "fail" && traceparent !== undefined
    ? { ...outcome, failure: { ...outcome.failure, traceparent } }
    : outcome;
}
