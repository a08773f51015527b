import { type Clock, LIMITS, oncePerEvent } from "@baton/proto/shared";
import { retryDelayMs } from "../../channel/backoff.ts";
import { openClient } from "../../channel/channel.ts";
import type { ClientSettings } from "../../channel/client-options.ts";
import { LiveStream } from "../../channel/live-stream.ts";
import { Alarm } from "../../time/alarm.ts";
import { BatonError, errorOfItem, PASSING } from "../../values/baton-error.ts";
import { DEFAULTS } from "../../values/limits.ts";
import { type Received, type Sent, services } from "../../values/wire.ts";

type AwaitStream = LiveStream<Sent<"AwaitStreamRequest">, Received<"AwaitStreamResponse">>;

/** How an awaited task ends: with the task, or with an error. */
export type AwaitDone = (error: BatonError | null, task: Received<"Task"> | null) => void;

/** A task that is awaited. */
interface Awaited {
  readonly taskId: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly done: AwaitDone;
  /** Whether it was asked for on the current stream. */
  isSent: boolean;
  /** When to ask again, after the dispatcher could not say; null where it need not be put off. */
  putOffToMs: number | null;
  tries: number;
}

/** A stream that lived for so long was no failure. */
const SOUND_AFTER_MS = DEFAULTS.backoff.capMs;

/**
 * Awaits tasks over one stream: what one event brings about goes out together, and a broken
 * stream only delays, since whatever was not answered is asked for again on the next.
 */
export class AwaitLine {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #awaited = new Map<number, Awaited>();
  #unsent: number[] = [];
  #forgotten: number[] = [];
  #stream: AwaitStream | null = null;
  #sequence = 0;
  #failures = 0;
  #reopenAtMs = 0;
  readonly #flushSoon = oncePerEvent(() => this.#flush());

  constructor(settings: ClientSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /** Whether one more can be awaited. */
  get hasRoom(): boolean {
    return this.#awaited.size < LIMITS.maxAwaitedItems;
  }

  /**
   * Awaits a task. `done` is called once, unless it is dropped.
   *
   * @returns what drops it
   */
  add(taskId: string, timeoutMs: number, done: AwaitDone): () => void {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    const open = { isSent: false, putOffToMs: null, tries: 0 };
    this.#awaited.set(sequence, { taskId, timeoutMs, deadlineMs, done, ...open });
    this.#unsent.push(sequence);
    this.#alarm.set(deadlineMs);
    this.#flushSoon();
    return () => this.#drop(sequence);
  }

  /** Ends every wait with the error, and the stream. */
  end(error: BatonError): void {
    this.#alarm.cancel();
    this.#stream?.cancel();
    this.#stream = null;
    this.#finishAll(error);
  }

  #drop(sequence: number): void {
    const awaited = this.#awaited.get(sequence);
    this.#awaited.delete(sequence);
    if (awaited?.isSent) {
      this.#forgotten.push(sequence);
      this.#flushSoon();
    }
  }

  #flush(): void {
    this.#unsent = this.#unsent.filter((sequence) => this.#awaited.has(sequence));
    const hasMore = (): boolean => this.#unsent.length > 0 || this.#forgotten.length > 0;
    const stream = hasMore() ? (this.#stream ?? this.#open()) : null;
    while (stream?.isWritable && hasMore()) {
      const forgets = this.#forgotten.splice(0, LIMITS.maxBatchItems);
      stream.send({ items: this.#takeItems(), forgets: forgets.map((sequence) => ({ sequence })) });
    }
  }

  #takeItems(): Sent<"AwaitItem">[] {
    const items: Sent<"AwaitItem">[] = [];
    for (const sequence of this.#unsent.splice(0, LIMITS.maxBatchItems)) {
      const awaited = this.#awaited.get(sequence) as Awaited;
      awaited.isSent = true;
      items.push({ sequence, taskId: awaited.taskId });
    }
    return items;
  }

  #open(): AwaitStream | null {
    if (this.#clock.monotonicMs() < this.#reopenAtMs) {
      this.#alarm.set(this.#reopenAtMs);
      return null;
    }
    const client = openClient(services.TaskService, this.#settings, "stream");
    this.#stream = new LiveStream(client, client.awaitStream(), this.#clock, {
      onMessage: ({ results }) => this.#answered(results),
      onEnd: (error, stream) => this.#ended(error, stream),
      onWritable: () => this.#flushSoon(),
    });
    return this.#stream;
  }

  #answered(results: readonly Received<"AwaitItemResult">[]): void {
    this.#failures = 0;
    for (const result of results) {
      const sequence = Number(result.sequence);
      const awaited = this.#awaited.get(sequence);
      if (awaited === undefined) {
        continue;
      }
      if (result.outcome === "task" && result.task) {
        this.#awaited.delete(sequence);
        awaited.done(null, result.task);
      } else {
        this.#refused(sequence, awaited, errorOfItem(result.error));
      }
    }
  }

  #refused(sequence: number, awaited: Awaited, error: BatonError): void {
    if (!PASSING.includes(error.code)) {
      this.#awaited.delete(sequence);
      awaited.done(error, null);
      return;
    }
    const delayMs = retryDelayMs(error, awaited.tries);
    awaited.isSent = false;
    awaited.tries += 1;
    awaited.putOffToMs = this.#clock.monotonicMs() + delayMs;
    this.#alarm.set(awaited.putOffToMs);
  }

  #ended(error: BatonError | null, stream: AwaitStream): void {
    this.#stream = null;
    this.#forgotten = [];
    if (error !== null && !PASSING.includes(error.code)) {
      this.#finishAll(error);
      return;
    }
    this.#unsent = [];
    for (const [sequence, awaited] of this.#awaited) {
      awaited.isSent = false;
      if (awaited.putOffToMs === null) {
        this.#unsent.push(sequence);
      }
    }
    const nowMs = this.#clock.monotonicMs();
    const isSound = nowMs - stream.openedAtMs >= SOUND_AFTER_MS;
    const failures = isSound ? 0 : this.#failures;
    this.#failures = failures + 1;
    this.#reopenAtMs = nowMs + retryDelayMs(error, failures);
    this.#flush();
  }

  /** Ends what is past its time, and asks again for what was put off until now. */
  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [sequence, awaited] of this.#awaited) {
      if (awaited.deadlineMs <= nowMs) {
        this.#drop(sequence);
        const text = `the task was not final within ${awaited.timeoutMs} ms`;
        awaited.done(new BatonError("DEADLINE_EXCEEDED", text), null);
        continue;
      }
      if (awaited.putOffToMs !== null && awaited.putOffToMs <= nowMs) {
        awaited.putOffToMs = null;
        this.#unsent.push(sequence);
      }
      nextMs = Math.min(nextMs, awaited.deadlineMs, awaited.putOffToMs ?? nextMs);
    }
    this.#alarm.set(nextMs);
    this.#flush();
  }

  #finishAll(error: BatonError): void {
    const all = [...this.#awaited.values()];
    this.#awaited.clear();
    this.#unsent = [];
    this.#forgotten = [];
    for (const { done } of all) {
      done(error, null);
    }
  }
}
