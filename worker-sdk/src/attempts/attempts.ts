import type { Clock } from "@baton/proto/shared";
import {
  type AbortReason,
  AttemptTimeoutError,
  LeaseLostError,
  WorkerStoppedError,
} from "../handler/abort-reasons.ts";
import type { Handler } from "../handler/handler.ts";
import { type Outcome, release } from "../handler/outcome.ts";
import type { WorkerSettings } from "../handler/worker-options.ts";
import { callSafely } from "../logger.ts";
import { recordProcessed } from "../telemetry/metrics.ts";
import { startProcess } from "../telemetry/tracing.ts";
import { Alarm } from "../time/alarm.ts";
import type { Received } from "../values/wire.ts";
import { Attempt } from "./attempt.ts";
import { DeafHandlers } from "./deaf-handlers.ts";
import { type Lease, LeaseMap } from "./lease-map.ts";
import { LoopWatch } from "./loop-watch.ts";
import { ReleasePauses } from "./release-pauses.ts";
import { runHandler } from "./run-handler.ts";
import { type StartPacer, Starts } from "./starts.ts";

/** How much earlier than here an attempt's time may be up at the dispatcher, whose clock started first. */
function slackMs(timeoutMs: number): number {
  return Math.min(1_000, Math.max(timeoutMs / 10, Math.min(250, timeoutMs / 2)));
}

/** What becomes of attempts. */
export interface AttemptsListener extends StartPacer {
  /** The attempt is over, and the dispatcher must be told. */
  onOutcome(attempt: Attempt, outcome: Outcome): void;
  /** A handler ended, so that there is room for another. */
  onHandlerEnd(): void;
  /** There is progress or a checkpoint to send. */
  onReport(): void;
}

/** The handlers that run, and the leases they run on. */
export class Attempts {
  readonly #settings: WorkerSettings;
  readonly #clock: Clock;
  readonly #listener: AttemptsListener;
  readonly #alarm: Alarm;
  readonly #all = new Set<Attempt>();
  readonly #deaf: DeafHandlers;
  readonly #held = new LeaseMap<Attempt>();
  readonly #starts: Starts;
  readonly #watch: LoopWatch;
  #lastStarted: Attempt | undefined;
  readonly #pauses = new ReleasePauses();
  #whenIdle: (() => void)[] = [];

  constructor(settings: WorkerSettings, clock: Clock, listener: AttemptsListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
    this.#alarm = new Alarm(clock, () => this.#enforceTimeouts());
    this.#deaf = new DeafHandlers(clock, this.#all, settings.concurrency);
    this.#watch = new LoopWatch(clock, settings.logger, this.#all);
    const pacer: StartPacer = {
      mayStart: () => listener.mayStart(),
      onStarted: (spentMs) => this.#started(spentMs),
    };
    this.#starts = new Starts(clock, pacer, {
      start: (attempt, handler) => this.#start(attempt, handler),
      giveBack: (attempt, reason) => this.#giveBack(attempt, reason),
    });
  }

  /** How many handlers run, those included whose lease is gone. */
  get running(): number {
    return this.#all.size;
  }

  /** The attempts whose lease the worker has. */
  get held(): Pick<LeaseMap<Attempt>, "size" | "get" | "values"> {
    return this.#held;
  }

  /** Whether handlers are being started, and what they bring about is to wait for the last of them. */
  get isStarting(): boolean {
    return this.#starts.isStarting;
  }

  /** For how long a handler may block the event loop before it is worth a word. */
  set maxBlockedMs(maxMs: number) {
    this.#watch.maxMs = maxMs;
  }

  /** Takes a lease; its handler waits for `startWaiting`, behind those that wait already. */
  add(granted: Received<"GrantedTask">, lease: Lease, handler: Handler): void {
    const attempt = new Attempt(granted, lease, this.#clock, this.#settings.logger, this.#listener);
    this.#all.add(attempt);
    this.#held.add(attempt);
    this.#alarm.set(attempt.deadlineMs);
    this.#starts.add(attempt, handler);
    this.#watch.watch();
  }

  /**
   * Starts the handlers that wait, as far as they may.
   *
   * @param isTurnFirst whether something was written that has to leave before
   */
  startWaiting(isTurnFirst = false): void {
    this.#starts.startWaiting(isTurnFirst);
  }

  /** Gives back every task whose handler has not started. */
  giveBackWaiting(reason: string): void {
    this.#starts.giveBackAll(reason);
  }

  /** The dispatcher says that a lease is over. */
  lose({ taskId, leaseToken }: Received<"LeaseRef"> | Lease, reason: AbortReason): void {
    const attempt = this.#held.remove(taskId, Number(leaseToken));
    if (attempt === undefined) {
      return;
    }
    attempt.hold = "lost";
    const isTimeUp = this.#clock.monotonicMs() >= attempt.deadlineMs - slackMs(attempt.timeoutMs);
    this.#abort(attempt, isTimeUp ? new AttemptTimeoutError(attempt.timeoutMs) : reason);
  }

  /** Nothing was heard of the dispatcher for almost the leases' ttl. */
  fence(why: string): void {
    for (const attempt of this.#held.values()) {
      attempt.hold = "fenced";
      this.#abort(attempt, new LeaseLostError(why));
    }
    this.#held.clear();
    this.giveBackWaiting("the lease was over before the handler began");
  }

  /** Tells every handler that the worker stops. */
  abortAll(): void {
    for (const attempt of this.#all) {
      attempt.abort(new WorkerStoppedError());
    }
  }

  /** Gives back what handlers still hold that did not end when they were told to. */
  releaseAll(): void {
    for (const attempt of this.#held.values()) {
      attempt.hold = "lost";
      this.#listener.onOutcome(attempt, release("the worker stopped"));
    }
    this.#held.clear();
  }

  /** Resolves when no handler runs. */
  async idle(): Promise<void> {
    if (this.#all.size > 0) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }
  }

  /** Forgets the timers, and starts no more. */
  stop(): void {
    this.#alarm.cancel();
    this.#deaf.stop();
    this.#watch.stop();
    this.#starts.stop();
  }

  #abort(attempt: Attempt, reason: AbortReason): void {
    attempt.abort(reason);
    this.#deaf.told(attempt);
  }

  #start(attempt: Attempt, handler: Handler): void {
    if (attempt.hold !== "held") {
      this.#giveBack(attempt, "the lease was over before the handler began");
      return;
    }
    this.#lastStarted = attempt;
    attempt.begin(startProcess(attempt.granted));
    const { codec } = this.#settings;
    runHandler(attempt, handler, codec, (outcome) => this.#ended(attempt, outcome));
  }

  #started(spentMs: number): void {
    if (this.#lastStarted !== undefined) {
      this.#watch.began(this.#lastStarted, spentMs);
      this.#lastStarted = undefined;
    }
    this.#listener.onStarted(spentMs);
  }

  /** Ends an attempt whose handler has not begun. */
  #giveBack(attempt: Attempt, reason: string): void {
    const isOurs = attempt.hold === "held";
    attempt.hold = "lost";
    this.#forget(attempt);
    if (isOurs) {
      this.#listener.onOutcome(attempt, release(reason));
    }
    this.#tellEnd();
  }

  #forget(attempt: Attempt): void {
    this.#all.delete(attempt);
    this.#held.remove(attempt.lease.taskId, attempt.lease.leaseToken);
  }

  #tellEnd(): void {
    this.#listener.onHandlerEnd();
    if (this.#all.size === 0) {
      for (const resolve of this.#whenIdle.splice(0)) {
        resolve();
      }
    }
  }

  #ended(attempt: Attempt, ending: Outcome): void {
    const outcome = this.#paused(attempt.lease.taskId, ending);
    this.#forget(attempt);
    // What was done is worth telling even late: the token says whether it still counts.
    const isWanted =
      attempt.hold === "held" || (attempt.hold === "fenced" && outcome.kind === "complete");
    const nowMs = this.#clock.monotonicMs();
    const durationMs = nowMs - attempt.startedAtMs;
    this.#watch.ended(attempt, nowMs);
    attempt.span?.end(outcome);
    recordProcessed(attempt.granted.queue, outcome, durationMs);
    this.#observe(attempt, isWanted ? outcome : undefined, durationMs);
    if (isWanted) {
      this.#listener.onOutcome(attempt, outcome);
    }
    this.#tellEnd();
  }

  /** A release that a handler asked for, with the pause that it has. */
  #paused(taskId: string, outcome: Outcome): Outcome {
    if (outcome.kind === "release" && outcome.isWish) {
      return { ...outcome, delayMs: this.#pauses.next(taskId, outcome.delayMs) };
    }
    this.#pauses.forget(taskId);
    return outcome;
  }

  #observe(attempt: Attempt, outcome: Outcome | undefined, durationMs: number): void {
    const { logger, onAttemptEnd } = this.#settings;
    if (outcome?.kind === "fail") {
      const { type, message } = outcome.failure;
      attempt.context.logger.warn({ failure: { type, message } }, "the attempt failed");
    }
    const report = {
      taskId: attempt.lease.taskId,
      queue: attempt.granted.queue,
      type: attempt.granted.type,
      attempt: attempt.granted.attempt,
      outcome: outcome?.kind ?? "dropped",
      durationMs,
    } as const;
    callSafely(
      () => onAttemptEnd(report),
      (error) => logger.error({ err: error }, "onAttemptEnd threw"),
    );
  }

  #enforceTimeouts(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const attempt of this.#all) {
      if (attempt.aborted !== undefined) {
        continue;
      }
      if (attempt.deadlineMs <= nowMs) {
        this.#abort(attempt, new AttemptTimeoutError(attempt.timeoutMs));
      } else {
        this.#alarm.set(attempt.deadlineMs);
      }
    }
  }
}
