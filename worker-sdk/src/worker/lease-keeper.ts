import type { Clock } from "@baton/proto/shared";
import { Alarm } from "../time/alarm.ts";

/** What keeping leases takes. */
export interface LeaseKeeperListener {
  /** Writes a heartbeat to the current stream. */
  sendHeartbeat(sequence: number): void;
  /**
   * The leases may end at any moment: nobody answered for almost their ttl.
   *
   * @param wasBlocked whether the event loop stood still then, so that no answer could be read
   */
  onExpired(wasBlocked: boolean): void;
}

/** How long leases live, and how often they are renewed. */
export interface LeaseTerms {
  readonly ttlMs: number;
  readonly intervalMs: number;
}

/** Handlers are stopped this part of the ttl before it runs out. */
const FENCE_MARGIN = 0.1;
/** Heartbeats come early or late by up to this part of the interval, so that workers spread. */
const JITTER = 0.1;
/** Progress and checkpoints wait until this part of the interval after the heartbeat before. */
const REPORT_GAP = 0.2;
const MAX_REMEMBERED = 64;

/**
 * Keeps a session's leases: sends heartbeats, and knows until when the leases are good. That counts
 * from when the last answered heartbeat was sent, on the monotonic clock, since the dispatcher's ttl
 * may count from then.
 */
export class LeaseKeeper {
  readonly #clock: Clock;
  readonly #listener: LeaseKeeperListener;
  readonly #alarm: Alarm;
  #terms: LeaseTerms = { ttlMs: 0, intervalMs: 0 };
  #sequence = 0;
  #answered = 0;
  #unanswered: { readonly sequence: number; readonly atMs: number }[] = [];
  #goodUntilMs = Number.NEGATIVE_INFINITY;
  #expiresAtMs = Number.NEGATIVE_INFINITY;
  #isExpired = true;
  #lastBeatMs = 0;
  #nextBeatMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, listener: LeaseKeeperListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /** The number of the last heartbeat that was answered. */
  get answeredSequence(): number {
    return this.#answered;
  }

  /** How long after a heartbeat another may be sent. */
  get reportGapMs(): number {
    return this.#terms.intervalMs * REPORT_GAP;
  }

  /** The number of the last heartbeat that was sent. */
  get sentSequence(): number {
    return this.#sequence;
  }

  /** A dispatcher answered the Hello that was sent then. */
  welcomed(terms: LeaseTerms, helloAtMs: number): void {
    this.#terms = terms;
    this.#unanswered = [];
    this.#renewed(helloAtMs);
    this.#schedule(this.#clock.monotonicMs());
  }

  /** There is no stream to send heartbeats on. */
  disconnected(): void {
    this.#nextBeatMs = Number.POSITIVE_INFINITY;
  }

  /** The dispatcher answered a heartbeat. */
  answered(sequence: number): void {
    const beat = this.#unanswered.find((sent) => sent.sequence === sequence);
    if (beat !== undefined) {
      this.#answered = sequence;
      this.#unanswered = this.#unanswered.filter((sent) => sent.sequence > sequence);
      this.#renewed(beat.atMs);
    }
  }

  /** Sends a heartbeat soon: there is something to report. */
  beatSoon(): void {
    const soonMs = this.#lastBeatMs + this.reportGapMs;
    if (soonMs < this.#nextBeatMs && this.#nextBeatMs !== Number.POSITIVE_INFINITY) {
      this.#nextBeatMs = soonMs;
      this.#alarm.set(soonMs);
    }
  }

  /**
   * Sends a heartbeat now, unless one was sent a moment ago: the event loop may not turn for a while, and
   * the ttl counts from the last heartbeat that left.
   *
   * @returns whether one was sent
   */
  beatAhead(): boolean {
    const isFresh = this.#clock.monotonicMs() < this.#lastBeatMs + this.reportGapMs;
    if (isFresh || this.#nextBeatMs === Number.POSITIVE_INFINITY) {
      return false;
    }
    this.beat();
    return true;
  }

  /** Sends a heartbeat. */
  beat(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#sequence += 1;
    this.#unanswered.push({ sequence: this.#sequence, atMs: nowMs });
    if (this.#unanswered.length > MAX_REMEMBERED) {
      this.#unanswered.shift();
    }
    this.#schedule(nowMs);
    this.#listener.sendHeartbeat(this.#sequence);
  }

  /** Sends no more heartbeats, and lets nothing expire. */
  stop(): void {
    this.#alarm.cancel();
  }

  #renewed(sentAtMs: number): void {
    const { ttlMs } = this.#terms;
    this.#goodUntilMs = Math.max(this.#goodUntilMs, sentAtMs + ttlMs * (1 - FENCE_MARGIN));
    this.#expiresAtMs = this.#goodUntilMs;
    this.#isExpired = false;
    this.#alarm.set(this.#expiresAtMs);
  }

  #schedule(nowMs: number): void {
    const jitter = 1 - JITTER + 2 * JITTER * Math.random();
    this.#lastBeatMs = nowMs;
    this.#nextBeatMs = nowMs + this.#terms.intervalMs * jitter;
    this.#alarm.set(this.#nextBeatMs);
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#isExpired && this.#expiresAtMs <= nowMs) {
      this.#expire(nowMs);
    }
    if (this.#nextBeatMs <= nowMs) {
      this.beat();
    }
    this.#alarm.set(this.#nextBeatMs);
    if (!this.#isExpired) {
      this.#alarm.set(this.#expiresAtMs);
    }
  }

  // The event loop may have been blocked, so that nobody was asked: a heartbeat that leaves now is in time
  // as long as the ttl has not passed.
  #expire(nowMs: number): void {
    const marginMs = this.#terms.ttlMs * FENCE_MARGIN;
    const ttlEndsMs = this.#goodUntilMs + marginMs;
    const wasAsked = this.#unanswered.some(({ atMs }) => atMs <= nowMs - marginMs);
    const canAsk = this.#nextBeatMs !== Number.POSITIVE_INFINITY;
    if (canAsk && !wasAsked && nowMs < ttlEndsMs) {
      this.#expiresAtMs = ttlEndsMs;
      this.beatAhead();
    } else {
      this.#isExpired = true;
      this.#listener.onExpired(nowMs >= this.#expiresAtMs + marginMs);
    }
  }
}
