import type { QueueName } from "../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../server/src/domain/task.ts";
import {
  complete,
  openSession,
  settlementOf,
  type TestSession,
} from "../../test/store/conformance/actions.ts";
import { ask } from "../../test/store/conformance/flow/flow-actions.ts";
import { newTask } from "../../test/support/task-factory.ts";
import { PAYLOAD_BYTES } from "../question.ts";
import type { StoreBed } from "./store-bed.ts";

/** A dispatcher asks for no more tasks in one call. */
export const MAX_LEASED = 100;
/** A dispatcher has no more tasks in one call otherwise. */
const MAX_ITEMS = 200;
const MINUTE_MS = 60_000;
const PAYLOAD = Buffer.alloc(PAYLOAD_BYTES, "x");
const RESULT = complete('{"done":true}', "application/json");

/** Submits a task of each concurrency key in turn, in calls as large as a dispatcher makes them. */
export async function submitKeyed(
  bed: StoreBed,
  queue: QueueName,
  count: number,
  keyOf: (at: number) => string,
): Promise<void> {
  for (let done = 0; done < count; done += MAX_ITEMS) {
    const length = Math.min(MAX_ITEMS, count - done);
    const batch = Array.from({ length }, (_, at) =>
      newTask({ queue, payload: PAYLOAD, concurrencyKey: keyOf(done + at) }),
    );
    await bed.call("submit", () => bed.store.submit(batch));
  }
}

/** A worker's session at a store, which leases and settles tasks of a queue. */
export class StoreWorker {
  readonly #bed: StoreBed;
  readonly #session: TestSession;

  private constructor(bed: StoreBed, session: TestSession) {
    this.#bed = bed;
    this.#session = session;
  }

  static async open(bed: StoreBed, queue: QueueName): Promise<StoreWorker> {
    const session = await openSession(bed.store, { queue, ttlMs: 60 * MINUTE_MS });
    return new StoreWorker(bed, session);
  }

  /** One call; `left` is 0 where nothing more may be leased now. */
  lease(limit = MAX_LEASED): Promise<{ tasks: readonly LeasedTask[]; left: number }> {
    return this.#bed.call("lease", () => ask(this.#bed.store, this.#session, { limit }));
  }

  async settle(tasks: readonly LeasedTask[]): Promise<void> {
    const { sessionId } = this.#session;
    const batch = tasks.map((task) => settlementOf({ ...task, sessionId }, RESULT));
    await this.#bed.call("settle", () => this.#bed.store.settle(batch));
  }

  /** Runs what may be leased until there is nothing left; the answers of so many calls are always under way. */
  async drain(callsUnderWay = 1): Promise<number> {
    const underWay: (readonly LeasedTask[])[] = [];
    let ran = 0;
    for (;;) {
      const { tasks, left } = await this.lease();
      if (tasks.length > 0) {
        underWay.push(tasks);
        ran += tasks.length;
      }
      const oldest =
        underWay.length >= callsUnderWay || tasks.length === 0 ? underWay.shift() : undefined;
      if (oldest !== undefined) {
        await this.settle(oldest);
      } else if (tasks.length === 0 && left === 0) {
        return ran;
      }
    }
  }

  /** Leases all that may be leased, and keeps it. */
  async hold(): Promise<number> {
    let held = 0;
    for (;;) {
      const { tasks, left } = await this.lease();
      held += tasks.length;
      if (tasks.length === 0 && left === 0) {
        return held;
      }
    }
  }
}
