import type { Clock } from "@baton/proto/shared";
import type { TaskId } from "../../domain/ids.ts";
import type { Settlement, SettlementOutcome, SettleOutcome } from "../../store/store.ts";

/** A task that is given back is free at once so many times in a row: workers that stop do so too. */
const FREE_RELEASES = 3;
const BASE_MS = 100;
const CAP_MS = 60_000;
/** After so long a next release is the first again. */
const FORGOTTEN_AFTER_MS = 2 * CAP_MS;
/** The tasks that were given back last; of others it is forgotten how often they were. */
const MAX_REMEMBERED = 10_000;

interface Releases {
  readonly inARow: number;
  readonly lastMs: number;
}

/**
 * How long tasks wait at least that are given back. A released task keeps its place in the queue, so that
 * one that is released again and again would be granted before all others for ever. From the fourth time in
 * a row on it waits longer each time, whatever its worker asks for.
 *
 * A release that holds its key or queue, and waits for {@link BASE_MS} itself at least, is no such one: it says when
 * it is worth trying again, and keeps others from being granted in its place.
 *
 * It is kept in memory: of each dispatcher that a task is released through, the task has some releases free.
 */
export class ReleasePauses {
  readonly #clock: Clock;
  readonly #byTask = new Map<TaskId, Releases>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the batch with the pauses that its releases get: the same batch where none gets any. */
  paused(batch: readonly Settlement[]): readonly Settlement[] {
    if (this.#byTask.size === 0) {
      return batch;
    }
    const paused = batch.map((settlement) => this.#pausedOne(settlement));
    return paused.some((settlement, at) => settlement !== batch[at]) ? paused : batch;
  }

  /** Notes what became of a settlement. */
  note({ lease, outcome }: Settlement, settled: SettleOutcome): void {
    if (settled.kind !== "ok" || settled.isRepeat) {
      return;
    }
    const { taskId } = lease;
    if (waitsByItself(outcome)) {
      return;
    }
    if (outcome.kind === "release") {
      const inARow = this.#inARow(taskId) + 1;
      // Behind all others: the first of the map is the one that was released longest ago.
      this.#byTask.delete(taskId);
      this.#byTask.set(taskId, { inARow, lastMs: this.#clock.monotonicMs() });
      if (this.#byTask.size > MAX_REMEMBERED) {
        const [oldest] = this.#byTask.keys();
        this.#byTask.delete(oldest as TaskId);
      }
    } else if (this.#byTask.size > 0) {
      this.#byTask.delete(taskId);
    }
  }

  #pausedOne(settlement: Settlement): Settlement {
    const { lease, outcome } = settlement;
    if (outcome.kind !== "release" || waitsByItself(outcome)) {
      return settlement;
    }
    const delayMs = Math.max(outcome.delayMs, pauseMs(this.#inARow(lease.taskId)));
    if (delayMs === outcome.delayMs) {
      return settlement;
    }
    const paused: SettlementOutcome = { ...outcome, delayMs };
    return { ...settlement, outcome: paused };
  }

  #inARow(taskId: TaskId): number {
    const releases = this.#byTask.get(taskId);
    const isRow =
      releases !== undefined && this.#clock.monotonicMs() - releases.lastMs <= FORGOTTEN_AFTER_MS;
    return isRow ? releases.inARow : 0;
  }
}

function waitsByItself(outcome: SettlementOutcome): boolean {
  return outcome.kind === "release" && outcome.hold !== undefined && outcome.delayMs >= BASE_MS;
}

function pauseMs(inARow: number): number {
  return inARow < FREE_RELEASES ? 0 : Math.min(CAP_MS, BASE_MS * 2 ** (inARow - FREE_RELEASES));
}
