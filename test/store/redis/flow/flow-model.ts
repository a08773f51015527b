import { tatAfter, tatAt, tokensOf } from "../../../../server/src/domain/flow/gcra.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
  type RateLimit,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import type { TaskId } from "../../../../server/src/domain/ids.ts";

/** A task as the model has it. */
export interface ModelTask {
  readonly id: TaskId;
  readonly key: string;
  readonly order: string;
  readonly priority: number;
  /** When it was first due, then the order of the submits. */
  readonly place: readonly [number, number];
  state: "SCHEDULED" | "READY" | "LEASED" | "DEAD" | "FINAL";
  dueMs: number;
  isBegun: boolean;
}

/** What a queue's tasks owe to its settings, said as simply as it can be. */
export class FlowModel {
  nowMs = 0;
  settings: QueueSettings = DEFAULT_QUEUE_SETTINGS;
  readonly keySettings = new Map<string, KeySettings>();
  readonly tasks = new Map<TaskId, ModelTask>();
  readonly heads = new Map<string, ModelTask>();
  readonly #tats = new Map<string, number>();
  readonly #holds = new Map<string, number>();
  #queueTat = 0;
  #queueHold = 0;

  of(state: ModelTask["state"]): ModelTask[] {
    return [...this.tasks.values()].filter((task) => task.state === state);
  }

  add(task: Omit<ModelTask, "state" | "isBegun">): void {
    const added: ModelTask = { ...task, state: "SCHEDULED", isBegun: false };
    this.tasks.set(task.id, added);
    this.promote();
  }

  /** Has READY what is due, in the order in which it was first due. */
  promote(): void {
    const due = this.of("SCHEDULED").filter(({ dueMs }) => dueMs <= this.nowMs);
    for (const task of due.sort(byPlace)) {
      this.#toReady(task);
    }
  }

  /** The tasks of a key that are in line, the next one first. */
  lane(key: string): ModelTask[] {
    return this.of("READY")
      .filter((task) => task.key === key && this.isInLine(task))
      .sort((one, other) => other.priority - one.priority || byPlace(one, other));
  }

  isInLine(task: ModelTask): boolean {
    return task.order === "" || this.heads.get(task.order) === task;
  }

  weightOf(key: string): number {
    const { keyWeight, plainWeight } = this.settings;
    return key === "" ? plainWeight : (this.keySettings.get(key)?.weight ?? keyWeight);
  }

  /** How many of a key may be leased now, of those that are in line. */
  roomOf(key: string): number {
    const ready = this.lane(key).length;
    if (key === "") {
      return ready;
    }
    const own = this.keySettings.get(key);
    const limit = own?.concurrencyLimit ?? this.settings.keyConcurrencyLimit ?? Infinity;
    const leased = this.of("LEASED").filter((task) => task.key === key).length;
    const rate = this.#rateOf(key);
    const tokens = rate ? tokensOf(rate, this.#tatOf(rate, key), this.nowMs) : Infinity;
    const isShut = own?.isPaused || (this.#holds.get(key) ?? 0) > this.nowMs;
    return isShut ? 0 : Math.max(0, Math.min(ready, limit - leased, tokens));
  }

  /** How many the queue itself lets go now. */
  queueRoom(): number {
    const { isPaused, concurrencyLimit, rateLimit } = this.settings;
    const tokens = rateLimit ? tokensOf(rateLimit, this.#queueTat, this.nowMs) : Infinity;
    const free = (concurrencyLimit ?? Infinity) - this.of("LEASED").length;
    const isShut = isPaused || this.#queueHold > this.nowMs;
    return isShut ? 0 : Math.max(0, Math.min(free, tokens));
  }

  /** Keeps the key's TAT as it counts at the rate as it is now: a store does when it looks at the key. */
  look(key: string): void {
    const rate = this.#rateOf(key);
    if (rate) {
      this.#tats.set(key, this.#tatOf(rate, key));
    }
  }

  lease(task: ModelTask): void {
    task.state = "LEASED";
    task.isBegun = true;
    const { rateLimit } = this.settings;
    const rate = this.#rateOf(task.key);
    if (rate) {
      this.#tats.set(task.key, tatAfter(rate, this.#tatOf(rate, task.key), this.nowMs, 1));
    }
    if (rateLimit) {
      const tatMs = tatAt(rateLimit, this.#queueTat, this.nowMs);
      this.#queueTat = tatAfter(rateLimit, tatMs, this.nowMs, 1);
    }
  }

  /** Has a task wait again. */
  giveBack(task: ModelTask, delayMs: number): void {
    task.state = "SCHEDULED";
    task.dueMs = this.nowMs + delayMs;
    this.promote();
  }

  hold(task: ModelTask, scope: "key" | "queue", forMs: number): void {
    const untilMs = this.nowMs + forMs;
    if (scope === "queue") {
      this.#queueHold = Math.max(this.#queueHold, untilMs);
    } else {
      this.#holds.set(task.key, Math.max(this.#holds.get(task.key) ?? 0, untilMs));
    }
  }

  end(task: ModelTask, state: "DEAD" | "FINAL"): void {
    task.state = state;
    const isHolding = state === "DEAD" && this.settings.onDead === "HOLD";
    if (!isHolding && this.heads.get(task.order) === task) {
      this.#letNextIn(task.order);
    }
  }

  /** Has a task wait again, before those that have not begun. */
  redrive(task: ModelTask): void {
    this.#toReady(task);
    const head = this.heads.get(task.order);
    if (head?.state === "READY" && !head.isBegun) {
      this.heads.set(task.order, task);
    }
  }

  /** Lets in those behind dead tasks that hold nobody any more. */
  letGo(): void {
    for (const [order, head] of this.heads) {
      if (head.state === "DEAD" && this.settings.onDead === "CONTINUE") {
        this.#letNextIn(order);
      }
    }
  }

  /** Null for a key without a rate, and for what has no key. */
  #rateOf(key: string): RateLimit | null {
    const { keyRateLimit } = this.settings;
    return key === "" ? null : (this.keySettings.get(key)?.rateLimit ?? keyRateLimit);
  }

  #tatOf(rate: RateLimit, key: string): number {
    return tatAt(rate, this.#tats.get(key) ?? 0, this.nowMs);
  }

  #letNextIn(order: string): void {
    const behind = this.of("READY")
      .filter((task) => task.order === order)
      .sort(byPlace);
    const next = behind[0];
    if (next === undefined) {
      this.heads.delete(order);
    } else {
      this.heads.set(order, next);
    }
  }

  #toReady(task: ModelTask): void {
    task.state = "READY";
    const head = this.heads.get(task.order);
    if (task.order !== "" && head === undefined) {
      this.heads.set(task.order, task);
    }
  }
}

function byPlace({ place: [dueMs, sequence] }: ModelTask, { place }: ModelTask): number {
  return dueMs - place[0] || sequence - place[1];
}
