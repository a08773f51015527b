import { type Clock, oncePerEvent } from "@baton/proto/shared";
import { retryDelayMs } from "../../channel/backoff.ts";
import { openClient } from "../../channel/channel.ts";
import type { ClientSettings } from "../../channel/client-options.ts";
import { LiveStream } from "../../channel/live-stream.ts";
import { Alarm } from "../../time/alarm.ts";
import { BatonError, errorOfItem, type StatusCode } from "../../values/baton-error.ts";
import { type Received, type Sent, services } from "../../values/wire.ts";
import { type PendingSubmit, SubmitQueue } from "./submit-queue.ts";
import type { Spec } from "./submit-spec.ts";

type SubmitStream = LiveStream<Sent<"SubmitStreamRequest">, Received<"SubmitStreamResponse">>;

/** Ends of a stream that another stream does not change. */
const FATAL: readonly StatusCode[] = [
  "INVALID_ARGUMENT",
  "FAILED_PRECONDITION",
  "UNIMPLEMENTED",
  "UNAUTHENTICATED",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
];
/** Few enough that the dispatcher stores the first of a burst while the rest is still being written. */
const FRAME_ITEMS = 64;
/** A message stays below this, unless one item alone is larger. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * Submits tasks over one stream: what one event brings about goes out together, no more
 * than so many wait for answers at once, and a broken stream only delays. Every spec has a request id,
 * so that sending it again stores nothing twice.
 */
export class Submitter {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #queue = new SubmitQueue();
  readonly #alarm: Alarm;
  #stream: SubmitStream | null = null;
  #sequence = 0;
  #failures = 0;
  #reopenAtMs = 0;
  readonly #flushSoon = oncePerEvent(() => this.#flush());
  #isClosing = false;
  #whenEmpty: (() => void)[] = [];

  constructor(settings: ClientSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /** Stores a task. `done` is called once. */
  submit(spec: Spec, done: PendingSubmit["done"]): void {
    const { maxPending, timeoutMs } = this.#settings;
    if (this.#isClosing) {
      done(new BatonError("CANCELLED", "the client is closed"), null);
      return;
    }
    if (this.#queue.size >= maxPending) {
      const text = `${maxPending} submits are under way; wait for their answers`;
      done(new BatonError("RESOURCE_EXHAUSTED", text), null);
      return;
    }
    this.#sequence += 1;
    const sequence = this.#sequence;
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    this.#queue.add({
      sequence,
      spec,
      deadlineMs,
      done,
      tries: 0,
      lastError: null,
      isSent: false,
      mayBeStored: false,
    });
    this.#alarm.set(deadlineMs);
    this.#flushSoon();
  }

  /** Takes no more submits, waits for those under way, each until its deadline, and ends the stream. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#queue.size > 0) {
      await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
    }
    this.#alarm.cancel();
    this.#stream?.halfClose();
    this.#stream?.cancel();
    this.#stream = null;
  }

  #flush(): void {
    if (!this.#queue.hasUnsent) {
      return;
    }
    const stream = this.#stream ?? this.#open();
    while (stream?.isWritable && this.#queue.hasUnsent) {
      const room = this.#settings.maxInFlight - this.#queue.inFlight;
      if (room <= 0) {
        return;
      }
      const batch = this.#queue.take(Math.min(room, FRAME_ITEMS), MAX_MESSAGE_BYTES);
      if (batch.length > 0) {
        stream.send({ items: batch.map(({ sequence, spec }) => ({ sequence, task: spec })) });
      }
    }
  }

  #open(): SubmitStream | null {
    if (this.#clock.monotonicMs() < this.#reopenAtMs) {
      this.#alarm.set(this.#reopenAtMs);
      return null;
    }
    const client = openClient(services.TaskService, this.#settings, "stream");
    this.#stream = new LiveStream(client, client.submitStream(), this.#clock, {
      onMessage: ({ results }) => this.#answered(results),
      onEnd: (error) => this.#ended(error),
      onWritable: () => this.#flushSoon(),
    });
    return this.#stream;
  }

  #answered(results: readonly Received<"SubmitItemResult">[]): void {
    this.#failures = 0;
    for (const { sequence, outcome, receipt, error } of results) {
      const submit = this.#queue.answered(Number(sequence));
      if (submit === undefined) {
        continue;
      }
      if (outcome === "receipt" && receipt) {
        this.#queue.remove(submit);
        submit.done(null, receipt);
      } else {
        this.#refused(submit, ofOne(errorOfItem(error)));
      }
    }
    this.#flushSoon();
    this.#tellEmpty();
  }

  #refused(submit: PendingSubmit, error: BatonError): void {
    const nowMs = this.#clock.monotonicMs();
    const delayMs = retryDelayMs(error, submit.tries);
    // Worth another try where the store was out of reach, unless its time would be up by then.
    if (error.code !== "UNAVAILABLE" || nowMs + delayMs >= submit.deadlineMs) {
      this.#queue.remove(submit);
      submit.done(error, null);
      return;
    }
    submit.tries += 1;
    submit.lastError = error;
    this.#queue.putOff(submit, nowMs + delayMs);
    this.#alarm.set(nowMs + delayMs);
  }

  #ended(error: BatonError | null): void {
    this.#stream = null;
    if (error !== null && FATAL.includes(error.code)) {
      this.#finish(this.#queue.takeAll(), () => error);
      return;
    }
    this.#queue.resend(error);
    this.#reopenAtMs = this.#clock.monotonicMs() + retryDelayMs(error, this.#failures);
    this.#failures += 1;
    this.#alarm.set(this.#reopenAtMs);
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    const { expired, nextMs } = this.#queue.takeExpired(nowMs);
    const { timeoutMs } = this.#settings;
    this.#finish(expired, (submit) => expiry(submit, timeoutMs));
    if (expired.length > 0 && this.#stream !== null && this.#stream.silentMs >= timeoutMs) {
      this.#stream.cancel();
      this.#ended(null);
    }
    this.#alarm.set(Math.min(nextMs, this.#queue.queueDue(nowMs)));
    this.#flush();
  }

  #finish(submits: readonly PendingSubmit[], errorOf: (submit: PendingSubmit) => BatonError): void {
    for (const submit of submits) {
      submit.done(errorOf(submit), null);
    }
    this.#tellEmpty();
  }

  #tellEmpty(): void {
    if (this.#queue.size === 0) {
      for (const resolve of this.#whenEmpty.splice(0)) {
        resolve();
      }
    }
  }
}

/** The error of a submit whose time is up. */
function expiry({ lastError, mayBeStored }: PendingSubmit, timeoutMs: number): BatonError {
  const why = lastError === null ? "" : `: ${lastError.message}`;
  const code = lastError?.code ?? "DEADLINE_EXCEEDED";
  const cause = lastError ?? undefined;
  return mayBeStored
    ? new BatonError(code, `no answer within ${timeoutMs} ms; the task may be stored${why}`, {
        reason: "OUTCOME_UNKNOWN",
        cause,
      })
    : new BatonError(code, `nothing was sent within ${timeoutMs} ms${why}`, { cause });
}

const PLACE = /^items\[\d+\]\./;

/** As of a submit alone: which place it had in its message, of all that travelled in it, is nobody's matter. */
function ofOne(error: BatonError): BatonError {
  const { code, reason, retryAfterMs } = error;
  const metadata = { ...error.metadata };
  let { message } = error;
  const own = (path: string): string => {
    const field = path.replace(PLACE, "");
    message = message.replace(path, () => field);
    return field;
  };
  const violations = error.violations.map(({ field, description }) => ({
    field: own(field),
    description,
  }));
  if (metadata.field !== undefined) {
    metadata.field = own(metadata.field);
  }
  return new BatonError(code, message, { reason, metadata, retryAfterMs, violations });
}
