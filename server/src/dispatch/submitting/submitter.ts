import { TaskError } from "../../domain/errors.ts";
import type { QueueName } from "../../domain/ids.ts";
import {
  BatchError,
  type NewTask,
  type Store,
  StoreError,
  type SubmitOutcome,
} from "../../store/store.ts";
import type { SubmitAnswer } from "../contract.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import { type BatchCaller, Coalescer } from "../store-calls/coalescer.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";

// What a task takes beside its payload, about.
const TASK_OVERHEAD_BYTES = 256;

/** What a {@link Submitter} needs. */
export interface SubmitterOptions {
  readonly store: Store;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told of each batch that is about to be stored; returns what is told what became of it. */
  readonly onStoring: (queue: QueueName, tasks: readonly NewTask[]) => Storing;
}

/** Follows a batch on its way into the store; one of the two is called. */
export interface Storing {
  stored(): void;
  failed(): void;
}

type SubmitDone = (answer: SubmitAnswer) => void;

/** Stores tasks, those of one event together. */
export class Submitter {
  readonly #settings: DispatchSettings;
  readonly #lanes: Coalescer<NewTask, SubmitOutcome>;

  constructor({ store, log, settings, onStoring }: SubmitterOptions) {
    this.#settings = settings;
    this.#lanes = new Coalescer({
      call: async (queue, batch) => {
        const storing = onStoring(queue, batch);
        try {
          const outcomes = await store.submit(batch);
          storing.stored();
          return outcomes;
        } catch (error) {
          if (error instanceof BatchError && !error.results.every(isFailure)) {
            storing.stored();
          } else {
            storing.failed();
          }
          throw error;
        }
      },
      bytesOf: (task) => task.spec.payload.length + TASK_OVERHEAD_BYTES,
      log,
      settings,
    });
  }

  /** See `Dispatcher.submit`. */
  submit(batch: readonly NewTask[], done: SubmitDone): void {
    if (this.#lanes.waitingBytes > this.#settings.maxWaitingBytes) {
      const { retryAfterMs } = this.#settings;
      done(new TaskError("STORE_UNAVAILABLE", "the store is too far behind", { retryAfterMs }));
      return;
    }
    if (batch.length === 0) {
      done([]);
      return;
    }
    const pending = new PendingSubmit(batch.length, done, this.#settings.retryAfterMs);
    for (let place = 0; place < batch.length; place += 1) {
      const task = batch[place] as NewTask;
      this.#lanes.add(task.spec.queue, task, pending, place);
    }
  }

  /** Resolves once every submit is answered. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }
}

/** One submit, until each of its tasks is answered. */
class PendingSubmit implements BatchCaller<NewTask, SubmitOutcome> {
  readonly #outcomes: (SubmitOutcome | TaskError)[];
  readonly #done: SubmitDone;
  readonly #retryAfterMs: number;
  #missing: number;
  #failed = 0;

  constructor(count: number, done: SubmitDone, retryAfterMs: number) {
    this.#outcomes = new Array<SubmitOutcome | TaskError>(count);
    this.#missing = count;
    this.#done = done;
    this.#retryAfterMs = retryAfterMs;
  }

  answered(outcome: SubmitOutcome, _task: NewTask, place: number): void {
    this.#outcomes[place] = outcome;
    this.#missing -= 1;
  }

  failed(error: StoreError, _task: NewTask, place: number): void {
    this.#outcomes[place] = taskErrorOf(error, this.#retryAfterMs);
    this.#failed += 1;
    this.#missing -= 1;
  }

  flush(): void {
    if (this.#missing === 0) {
      const [first] = this.#outcomes;
      const isWhole = this.#failed === this.#outcomes.length;
      this.#done(isWhole && first instanceof TaskError ? first : this.#outcomes);
    }
  }
}

function isFailure(result: unknown): boolean {
  return result instanceof StoreError;
}
