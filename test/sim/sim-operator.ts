import type { QueueName } from "../../server/src/domain/ids.ts";
import type { Store } from "../../server/src/store/store.ts";
import type { Happening } from "../crash/support/history/events.ts";
import {
  changeSeen,
  FIRST_CHANGES,
  LAST_CHANGES,
  type PlannedChange,
  planChange,
} from "../crash/support/load/flow-plan.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { SimProcess, type SimTime } from "./sim-time.ts";

/** Changes how queues and keys flow, now and then. It reaches the store without a dispatcher. */
export class SimOperator {
  readonly #time: SimTime;
  readonly #process: SimProcess;
  readonly #store: Store;
  readonly #random: SeededRandom;
  readonly #record: (happening: Happening) => void;
  #isOver = false;

  constructor(options: {
    readonly time: SimTime;
    readonly store: Store;
    readonly random: SeededRandom;
    readonly record: (happening: Happening) => void;
  }) {
    this.#time = options.time;
    this.#process = new SimProcess(options.time, "operator");
    this.#store = options.store;
    this.#random = options.random;
    this.#record = options.record;
  }

  async start(): Promise<void> {
    await this.#changeAll(FIRST_CHANGES);
    this.#planNext();
  }

  /** Leaves limits that let everything be worked off. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#changeAll(LAST_CHANGES);
  }

  #planNext(): void {
    this.#process.after(this.#random.between(200, 6_000), () => {
      if (!this.#isOver) {
        void this.#change(planChange(this.#random)).then(() => this.#planNext());
      }
    });
  }

  async #changeAll(changes: readonly PlannedChange[]): Promise<void> {
    for (const change of changes) {
      await this.#change(change);
    }
  }

  async #change(change: PlannedChange): Promise<void> {
    const sinceMs = this.#time.stampMs();
    const flow = this.#store;
    const queue = change.queue as string as QueueName;
    if (change.kind === "key") {
      await flow.putKey(queue, change.key, change.settings);
    } else {
      const [present] = await flow.settings([queue]);
      await flow.putSettings(queue, change.settings, present?.revision ?? "");
    }
    this.#record(changeSeen(change, sinceMs, "ok"));
  }
}
