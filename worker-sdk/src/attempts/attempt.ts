import type { Clock } from "@baton/proto/shared";
import type { AbortReason } from "../handler/abort-reasons.ts";
import type { TaskContext } from "../handler/task-context.ts";
import type { Logger } from "../logger.ts";
import type { ProcessSpan } from "../telemetry/tracing.ts";
import { copyBytes } from "../values/own-bytes.ts";
import { durationMs } from "../values/time-fields.ts";
import type { Received, Sent } from "../values/wire.ts";
import { AttemptContext } from "./attempt-context.ts";
import type { Lease } from "./lease-map.ts";

/**
 * Whether the attempt's outcome is wanted. `held`: yes. `fenced`: the dispatcher has been silent for
 * almost the lease's ttl; a result may still be taken. `lost`: the dispatcher said no.
 */
export type Hold = "held" | "fenced" | "lost";

/** What an attempt tells while it runs. */
export interface AttemptListener {
  /** There is progress or a checkpoint to send. */
  onReport(): void;
}

const NOTHING = Buffer.alloc(0);

/** One run of a handler, on one lease. */
export class Attempt {
  readonly granted: Received<"GrantedTask">;
  readonly lease: Lease;
  readonly grantedAtMs: number;
  readonly timeoutMs: number;
  readonly context: TaskContext;
  hold: Hold = "held";

  readonly #listener: AttemptListener;
  readonly #clock: Clock;
  #startedAtMs: number;
  #span: ProcessSpan | undefined;
  #aborted: AbortReason | undefined;
  #controller: AbortController | undefined;
  #progress: Sent<"Progress"> | undefined;
  #checkpoint: Uint8Array | undefined;
  #owesProgress = false;
  /** The number of the heartbeat that the newest progress went with. */
  #progressSentIn = 0;
  #owesCheckpoint = false;

  constructor(
    granted: Received<"GrantedTask">,
    lease: Lease,
    clock: Clock,
    logger: Logger,
    listener: AttemptListener,
  ) {
    this.granted = granted;
    const { checkpoint } = granted;
    // It lies in a message too.
    granted.checkpoint = checkpoint.byteLength === 0 ? NOTHING : copyBytes(checkpoint);
    this.lease = lease;
    this.#clock = clock;
    this.grantedAtMs = clock.monotonicMs();
    this.#startedAtMs = this.grantedAtMs;
    this.timeoutMs = durationMs(granted.attemptTimeout) || Number.POSITIVE_INFINITY;
    this.#listener = listener;
    this.context = new AttemptContext(this, clock, logger);
  }

  /** When its time is up, on the monotonic clock: counted from the grant, as the dispatcher does. */
  get deadlineMs(): number {
    return this.grantedAtMs + this.timeoutMs;
  }

  /** When its handler began. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  /** Undefined before its handler began, and where nobody traces. */
  get span(): ProcessSpan | undefined {
    return this.#span;
  }

  /** Its handler begins. */
  begin(span: ProcessSpan | undefined): void {
    this.#startedAtMs = this.#clock.monotonicMs();
    this.#span = span;
  }

  /** Why it was aborted; undefined where it was not. */
  get aborted(): AbortReason | undefined {
    return this.#aborted;
  }

  /** Made when it is first asked for: most handlers never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) {
        this.#controller.abort(this.#aborted);
      }
    }
    return this.#controller.signal;
  }

  /** Hands over the payload, once: it lies in a message that is not to be kept while the handler runs. */
  takePayload(): Uint8Array {
    const { payload } = this.granted;
    this.granted.payload = NOTHING;
    return payload;
  }

  /** Aborts the handler's signal; the first reason stands. */
  abort(reason: AbortReason): void {
    if (this.#aborted === undefined) {
      this.#aborted = reason;
      this.#controller?.abort(reason);
    }
  }

  report(progress: Sent<"Progress">): void {
    this.#progress = progress;
    this.#owesProgress = true;
    this.#listener.onReport();
  }

  save(checkpoint: Uint8Array): void {
    this.#checkpoint = checkpoint;
    this.#owesCheckpoint = true;
    this.#listener.onReport();
  }

  /** The checkpoint that this attempt saved. */
  get saved(): Uint8Array | undefined {
    return this.#checkpoint;
  }

  /** The checkpoint that there is to send; undefined where there is none. */
  get owedCheckpoint(): Uint8Array | undefined {
    return this.#owesCheckpoint ? this.#checkpoint : undefined;
  }

  /**
   * The newest progress, unless a heartbeat has brought it that was answered.
   *
   * @param answered the number of the last heartbeat that was
   */
  unheardProgress(answered: number): Sent<"Progress"> | undefined {
    return this.#owesProgress || this.#progressSentIn > answered ? this.#progress : undefined;
  }

  /** The lease as a heartbeat lists it, with what changed; a checkpoint only where there is room. */
  takeReport(hasRoom: boolean, sequence: number): Sent<"HeldLease"> {
    const report: Sent<"HeldLease"> = { lease: this.lease };
    if (this.#owesProgress && this.#progress !== undefined) {
      report.progress = this.#progress;
      this.#owesProgress = false;
      this.#progressSentIn = sequence;
    }
    if (hasRoom && this.#owesCheckpoint && this.#checkpoint !== undefined) {
      report.checkpoint = this.#checkpoint;
      this.#owesCheckpoint = false;
    }
    return report;
  }

  /**
   * Reports everything anew: what was sent on a broken stream may not have arrived.
   *
   * @returns whether there is anything
   */
  reportAgain(): boolean {
    this.#owesProgress = this.#progress !== undefined;
    this.#owesCheckpoint = this.#checkpoint !== undefined;
    return this.#owesProgress || this.#owesCheckpoint;
  }
}
