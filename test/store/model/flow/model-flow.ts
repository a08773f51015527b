import assert from "node:assert/strict";
import { tatAfter, tokensOf } from "../../../../server/src/domain/flow/gcra.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
  type RateLimit,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import type { Hold, LeaseRequest, SubmitOutcome } from "../../../../server/src/store/store.ts";
import { inPlace, isApart, type ModelTask } from "../model-task.ts";
import type { ModelLines } from "./model-lines.ts";

/** TATs that a store may have: where a rate changed, it need not take at once what the old one had granted less hard. */
interface Tats {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** How many more may be leased: as many at least and at most, where the store's own time may have passed a token. */
interface Room {
  readonly least: number;
  readonly most: number;
}

/** What settings, holds and rates let go, in the plainest code there is. */
export class ModelFlow {
  readonly #lines: ModelLines;
  /** How far the store's clock may be ahead of what was read of it. */
  readonly #slackMs: number;
  readonly #settings = new Map<QueueName, QueueSettings>();
  readonly #keys = new Map<string, KeySettings>();
  /** Until when workers hold a queue or a key, and their TATs, but where no rate has let any go. */
  readonly #heldUntilMs = new Map<string, number>();
  readonly #tats = new Map<string, Tats>();
  /** Queues of which tasks have had keys: what a lease of theirs brings nobody can foretell. */
  readonly #keyed = new Set<QueueName>();

  constructor(lines: ModelLines, slackMs: number) {
    this.#lines = lines;
    this.#slackMs = slackMs;
  }

  settingsOf(queue: QueueName): QueueSettings {
    return this.#settings.get(queue) ?? DEFAULT_QUEUE_SETTINGS;
  }

  keySettingsOf(queue: QueueName, key: string): KeySettings | null {
    return this.#keys.get(nameOf(queue, key)) ?? null;
  }

  putSettings(queue: QueueName, settings: QueueSettings, nowMs: number): void {
    this.#settings.set(queue, settings);
    this.#bringDown(queue, nowMs);
  }

  putKey(queue: QueueName, key: string, settings: KeySettings | null, nowMs: number): void {
    if (settings === null) {
      this.#keys.delete(nameOf(queue, key));
    } else {
      this.#keys.set(nameOf(queue, key), settings);
    }
    this.#bringDown(queue, nowMs);
  }

  /** A store may bring TATs down to new rates at once, or when it looks at them: under these, or others that follow. */
  #bringDown(queue: QueueName, nowMs: number): void {
    const all = nameOf(queue, "");
    for (const [name, { latestMs }] of this.#tats) {
      const key = name.startsWith(all) ? name.slice(all.length) : null;
      const rate = key === "" ? this.settingsOf(queue).rateLimit : key && this.#keyRate(queue, key);
      if (rate) {
        const { earliestMs } = this.#tatsOf(name, rate, nowMs);
        this.#tats.set(name, { earliestMs, latestMs });
      }
    }
  }

  submitted({ spec }: ModelTask): void {
    if (spec.concurrencyKey !== "" || spec.orderingKey !== "") {
      this.#keyed.add(spec.queue);
    }
  }

  isKeyed(queue: QueueName): boolean {
    return this.#keyed.has(queue);
  }

  hold({ spec }: ModelTask, { scope, forMs }: Hold, nowMs: number): void {
    if (scope === "queue" || spec.concurrencyKey !== "") {
      const name = nameOf(spec.queue, scope === "queue" ? "" : spec.concurrencyKey);
      const present = this.#heldUntilMs.get(name) ?? 0;
      this.#heldUntilMs.set(name, Math.max(present, nowMs + forMs));
    }
  }

  granted({ spec }: ModelTask, nowMs: number): void {
    const { queue, concurrencyKey } = spec;
    this.#spend(nameOf(queue, ""), this.settingsOf(queue).rateLimit, nowMs);
    if (concurrencyKey !== "") {
      this.#spend(nameOf(queue, concurrencyKey), this.#keyRate(queue, concurrencyKey), nowMs);
    }
  }

  /** Whether a new task finds the backlog full, and whose; those that are there already counted. */
  fullOf({ spec }: Pick<ModelTask, "spec">, there: readonly ModelTask[]): SubmitOutcome["full"] {
    const { maxBacklog, keyMaxBacklog } = this.settingsOf(spec.queue);
    const waiting = there.filter(({ state }) => state === "SCHEDULED" || state === "READY");
    if (maxBacklog !== null && waiting.length >= maxBacklog) {
      return { of: "queue", limit: maxBacklog };
    }
    const { concurrencyKey } = spec;
    const ofKey = waiting.filter((task) => task.spec.concurrencyKey === concurrencyKey);
    return concurrencyKey !== "" && keyMaxBacklog !== null && ofKey.length >= keyMaxBacklog
      ? { of: "key", limit: keyMaxBacklog }
      : undefined;
  }

  /** How many of a queue may be leased, whatever their keys. */
  roomOfQueue(queue: QueueName, there: readonly ModelTask[], nowMs: number): Room {
    const { isPaused, concurrencyLimit, rateLimit } = this.settingsOf(queue);
    const leased = there.filter(({ state }) => state === "LEASED").length;
    return this.#room(nameOf(queue, ""), isPaused, concurrencyLimit, rateLimit, leased, nowMs);
  }

  /** How many of a concurrency key may be leased, whatever its queue's own limits; without a key as many as there are. */
  roomOfKey(queue: QueueName, key: string, there: readonly ModelTask[], nowMs: number): Room {
    if (key === "") {
      return { least: Infinity, most: Infinity };
    }
    const own = this.keySettingsOf(queue, key);
    const limit = own?.concurrencyLimit ?? this.settingsOf(queue).keyConcurrencyLimit;
    const leased = there.filter(
      ({ state, spec }) => state === "LEASED" && spec.concurrencyKey === key,
    ).length;
    const isPaused = own?.isPaused ?? false;
    const name = nameOf(queue, key);
    return this.#room(name, isPaused, limit, this.#keyRate(queue, key), leased, nowMs);
  }

  /** Whether limits, pauses and holds surely let a task go. */
  letsGo({ spec }: ModelTask, there: readonly ModelTask[], nowMs: number): boolean {
    const { queue, concurrencyKey } = spec;
    const whole = this.roomOfQueue(queue, there, nowMs).least;
    return whole > 0 && this.roomOfKey(queue, concurrencyKey, there, nowMs).least > 0;
  }

  /**
   * Asserts that a lease call may have brought what it brought, of a queue that has keys: of each key and type the
   * first in line, no more than anything lets go, and as many as there are.
   */
  assertMayBring(
    request: LeaseRequest,
    brought: readonly ModelTask[],
    there: readonly ModelTask[],
    nowMs: number,
  ): void {
    const { queue, limit, maxPayloadBytes } = request;
    const whole = this.roomOfQueue(queue, there, nowMs);
    assert.ok(brought.length <= Math.min(limit, whole.most), "more than the queue lets go (G10)");
    const bytes = brought.reduce((sum, { spec }) => sum + spec.payload.length, 0);
    assert.ok(brought.length < 2 || bytes <= maxPayloadBytes, "more bytes than asked for");
    const lanes = lanesOf(there.filter((task) => isAskedFor(task, request, this.#lines)));
    let [isMore, isCutByBytes] = [false, false];
    const byKey = new Map<string, number>();
    for (const { spec } of brought) {
      byKey.set(spec.concurrencyKey, (byKey.get(spec.concurrencyKey) ?? 0) + 1);
    }
    for (const [lane, tasks] of lanes) {
      const own = brought.filter((task) => laneOf(task) === lane);
      const first = tasks.slice(0, own.length).map(({ id }) => id);
      const ids = own.map(({ id }) => id);
      assert.deepEqual(ids, first, `the first of ${lane} (G8, G9)`);
      const key = tasks[0]?.spec.concurrencyKey ?? "";
      const got = byKey.get(key) ?? 0;
      const room = this.roomOfKey(queue, key, there, nowMs);
      assert.ok(got <= room.most, `${got} of ${key}, which may have ${room.most} (G10)`);
      const next = tasks[own.length];
      if (next !== undefined && got < room.least) {
        isMore = true;
        isCutByBytes ||= brought.length > 0 && bytes + next.spec.payload.length > maxPayloadBytes;
      }
    }
    const known = new Set([...lanes.values()].flat());
    assert.ok(
      brought.every((task) => known.has(task)),
      "a task that nobody could lease",
    );
    const isWhole = brought.length >= Math.min(limit, whole.least);
    assert.ok(isWhole || !isMore || isCutByBytes, `${brought.length} are too few`);
  }

  #keyRate(queue: QueueName, key: string): RateLimit | null {
    return this.keySettingsOf(queue, key)?.rateLimit ?? this.settingsOf(queue).keyRateLimit;
  }

  #spend(name: string, rate: RateLimit | null, nowMs: number): void {
    if (rate !== null) {
      const { earliestMs, latestMs } = this.#tatsOf(name, rate, nowMs);
      this.#tats.set(name, {
        earliestMs: tatAfter(rate, earliestMs, nowMs, 1),
        latestMs: tatAfter(rate, latestMs, nowMs, 1),
      });
    }
  }

  /** A TAT is at most a burst ahead, at the pace of now. */
  #tatsOf(name: string, { tasks, periodMs, burst }: RateLimit, nowMs: number): Tats {
    const { earliestMs, latestMs } = this.#tats.get(name) ?? { earliestMs: 0, latestMs: 0 };
    return { earliestMs: Math.min(earliestMs, nowMs + (burst * periodMs) / tasks), latestMs };
  }

  #room(
    name: string,
    isPaused: boolean,
    limit: number | null,
    rate: RateLimit | null,
    leased: number,
    nowMs: number,
  ): Room {
    if (isPaused || (this.#heldUntilMs.get(name) ?? 0) > nowMs) {
      return { least: 0, most: 0 };
    }
    const places = limit === null ? Infinity : Math.max(0, limit - leased);
    if (rate === null) {
      return { least: places, most: places };
    }
    const { earliestMs, latestMs } = this.#tatsOf(name, rate, nowMs);
    return {
      least: Math.min(places, tokensOf(rate, latestMs, nowMs - this.#slackMs)),
      most: Math.min(places, tokensOf(rate, earliestMs, nowMs + this.#slackMs)),
    };
  }
}

/** Whether a lease that asks so may bring a task, whatever limits say. */
export function isAskedFor(
  task: ModelTask,
  { types, isApart: wantsApart }: LeaseRequest,
  lines: ModelLines,
): boolean {
  const { state, spec } = task;
  return (
    state === "READY" &&
    types?.includes(spec.type) !== false &&
    isApart(task) === (wantsApart ?? false) &&
    lines.isNext(task)
  );
}

function lanesOf(tasks: readonly ModelTask[]): Map<string, ModelTask[]> {
  const lanes = new Map<string, ModelTask[]>();
  for (const task of tasks.toSorted(inPlace)) {
    const lane = laneOf(task);
    lanes.set(lane, [...(lanes.get(lane) ?? []), task]);
  }
  return lanes;
}

function laneOf({ spec }: ModelTask): string {
  return `${spec.concurrencyKey || "no key"}, ${spec.type}`;
}

/** The name of a concurrency key, or of the whole queue where it is empty. */
function nameOf(queue: QueueName, key: string): string {
  return `${queue} ${key}`;
}
