import type { Clock } from "@baton/proto/shared";
import { retryDelayMs } from "../channel/backoff.ts";
import type { WorkerSettings } from "../handler/worker-options.ts";
import { Alarm } from "../time/alarm.ts";
import { BatonError, type StatusCode } from "../values/baton-error.ts";
import { durationMs } from "../values/time-fields.ts";
import type { Received, Sent } from "../values/wire.ts";
import { type LeaseStream, openLeaseStream } from "./lease-stream.ts";

/** What a connection needs to know, and what it tells. */
export interface ConnectionListener {
  /** What to open a stream with. */
  hello(): Sent<"Hello">;
  /** A stream was welcomed, and is the current one from now on. */
  onWelcome(welcome: Received<"Welcome">, stream: LeaseStream): void;
  /** A frame came, on the current stream or on one that it replaced. */
  onFrame(frame: Received<"ServerFrame">, stream: LeaseStream): void;
  /** Another stream has the session, although none was opened after this one. */
  onSessionTaken(): void;
  /** There is no current stream any more. */
  onDown(): void;
  /** The dispatcher will never take this worker. */
  onRefused(error: BatonError): void;
  /** Writing to the current stream may go on. */
  onWritable(): void;
}

/** Refusals of the first Hello that trying again does not change. */
const FATAL: readonly StatusCode[] = [
  "INVALID_ARGUMENT",
  "FAILED_PRECONDITION",
  "UNIMPLEMENTED",
  "UNAUTHENTICATED",
  "PERMISSION_DENIED",
];

/** How many heartbeat intervals of silence end a stream. */
const SILENT_INTERVALS = 2.5;
/** For which part of that the dispatcher must have had something to answer: the event loop may have been blocked. */
const ASKED_PART = 0.2;

/**
 * Keeps one stream to a dispatcher open: opens it again, with growing waits, whenever it ends or falls
 * silent, and for ever; opens the next before it leaves one whose dispatcher goes.
 */
export class Connection {
  readonly #settings: WorkerSettings;
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  readonly #alarm: Alarm;
  #current: LeaseStream | null = null;
  /** Said Hello and was not welcomed yet. */
  #candidate: LeaseStream | null = null;
  /** Half-closed: answers may still come. */
  readonly #retired = new Set<LeaseStream>();
  #silenceLimitMs = Number.POSITIVE_INFINITY;
  #failures = 0;
  #wasWelcomed = false;
  #reopenAtMs = Number.POSITIVE_INFINITY;
  #isClosed = false;
  #whenClosed: (() => void)[] = [];

  constructor(settings: WorkerSettings, clock: Clock, listener: ConnectionListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /** The stream to write to; null while there is none. */
  get current(): LeaseStream | null {
    return this.#current;
  }

  /** Whether a Hello is under way that decides anew what the session holds. */
  get isOpening(): boolean {
    return this.#candidate !== null;
  }

  /** Opens a stream, beside the current one where there is one. */
  open(): void {
    if (this.#isClosed || this.#candidate !== null) {
      return;
    }
    this.#reopenAtMs = Number.POSITIVE_INFINITY;
    const stream = openLeaseStream(this.#settings, this.#clock, {
      onMessage: (frame, from) => this.#onFrame(frame, from),
      onEnd: (error, from) => this.#onEnd(error, from),
      onWritable: () => this.#listener.onWritable(),
    });
    this.#candidate = stream;
    stream.send({ hello: this.#listener.hello() });
    this.#alarm.set(stream.openedAtMs + this.#settings.connectTimeoutMs);
  }

  /** Gives the current stream up, and opens another after a while. */
  abandon(why: string): void {
    const stream = this.#current;
    if (stream !== null) {
      stream.cancel();
      this.#onEnd(new BatonError("DEADLINE_EXCEEDED", why), stream);
    }
  }

  /** Opens no further stream, says on the open ones that nothing follows, and waits for their ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#candidate?.cancel();
    this.#candidate = null;
    this.#retireCurrent();
    if (this.#retired.size > 0) {
      await new Promise<void>((resolve) => this.#whenClosed.push(resolve));
    }
    this.#alarm.cancel();
  }

  /** Ends every stream at once. */
  destroy(): void {
    this.#isClosed = true;
    this.#alarm.cancel();
    for (const stream of [this.#current, this.#candidate, ...this.#retired]) {
      stream?.cancel();
    }
    this.#current = null;
    this.#candidate = null;
    this.#retired.clear();
    this.#tellClosed();
  }

  #onFrame(frame: Received<"ServerFrame">, stream: LeaseStream): void {
    if (stream !== this.#candidate) {
      this.#listener.onFrame(frame, stream);
    } else if (frame.welcome && durationMs(frame.welcome.heartbeatInterval) > 0) {
      this.#adopt(stream, frame.welcome);
    } else if (frame.frame !== undefined) {
      stream.cancel();
      this.#onEnd(new BatonError("INTERNAL", `${frame.frame} is no answer to Hello`), stream);
    }
  }

  #adopt(stream: LeaseStream, welcome: Received<"Welcome">): void {
    this.#retireCurrent();
    this.#candidate = null;
    this.#current = stream;
    this.#failures = 0;
    this.#wasWelcomed = true;
    this.#silenceLimitMs = SILENT_INTERVALS * durationMs(welcome.heartbeatInterval);
    this.#alarm.set(stream.heardAtMs + this.#silenceLimitMs);
    this.#listener.onWelcome(welcome, stream);
  }

  #retireCurrent(): void {
    if (this.#current !== null) {
      this.#current.halfClose();
      this.#retired.add(this.#current);
      this.#current = null;
    }
  }

  #onEnd(error: BatonError | null, stream: LeaseStream): void {
    if (this.#retired.delete(stream)) {
      this.#tellClosed();
      return;
    }
    const { logger, address } = this.#settings;
    const wasCandidate = stream === this.#candidate;
    if (wasCandidate) {
      this.#candidate = null;
      if (error?.reason === "SESSION_RESUMED") {
        this.#listener.onSessionTaken();
      }
    } else {
      this.#current = null;
    }
    // A worker that was welcome once is not stopped by what may be a proxy's mistake.
    if (!this.#wasWelcomed && error !== null && FATAL.includes(error.code)) {
      this.#listener.onRefused(error);
      return;
    }
    const isExpected = error === null || this.#isClosed || this.#candidate !== null;
    // Without a stack, which of such an error only shows where it was decoded.
    const why = error === null ? {} : { code: error.code, error: error.message };
    const what = wasCandidate ? "no lease stream could be opened" : "the lease stream ended";
    logger[isExpected ? "debug" : "warn"]({ address, ...why }, what);
    this.#openLater(error);
    if (!wasCandidate) {
      this.#listener.onDown();
    }
  }

  #openLater(error: BatonError | null): void {
    if (this.#candidate === null && !this.#isClosed) {
      const delayMs = retryDelayMs(error, this.#failures);
      this.#failures += 1;
      this.#reopenAtMs = Math.min(this.#reopenAtMs, this.#clock.monotonicMs() + delayMs);
      this.#alarm.set(this.#reopenAtMs);
    }
  }

  #look(): void {
    this.#give(this.#candidate, this.#settings.connectTimeoutMs);
    this.#give(this.#current, this.#silenceLimitMs, this.#silenceLimitMs * ASKED_PART);
    for (const stream of [...this.#retired]) {
      this.#give(stream, this.#silenceLimitMs);
    }
    if (this.#reopenAtMs <= this.#clock.monotonicMs()) {
      this.open();
    } else {
      this.#alarm.set(this.#reopenAtMs);
    }
  }

  /** Gives up a stream that has been silent for too long, and for as long as that owed an answer. */
  #give(stream: LeaseStream | null, limitMs: number, owedMs = 0): void {
    if (stream === null) {
      return;
    }
    const owesSinceMs = stream.askedAtMs ?? this.#clock.monotonicMs();
    const untilMs = Math.max(stream.heardAtMs + limitMs, owedMs && owesSinceMs + owedMs);
    if (this.#clock.monotonicMs() < untilMs) {
      this.#alarm.set(untilMs);
    } else {
      stream.cancel();
      this.#onEnd(
        new BatonError("DEADLINE_EXCEEDED", `the dispatcher said nothing for ${limitMs} ms`),
        stream,
      );
    }
  }

  #tellClosed(): void {
    if (this.#retired.size === 0) {
      for (const resolve of this.#whenClosed.splice(0)) {
        resolve();
      }
    }
  }
}
