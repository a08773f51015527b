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
import { Coalescer } from "../store-calls/coalescer.ts";
import { type BatchAnswers, PendingBatch } from "../store-calls/pending-batch.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";
import type { QueueDefaults } from "./queue-defaults.ts";

/** What a task takes beside its payload, about. */
export const TASK_OVERHEAD_BYTES = 256;

/** What a {@link Submitter} needs. */
export interface SubmitterOptions {
  readonly store: Store;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  readonly defaults: QueueDefaults;
  /** Told of each batch that is about to be stored; returns what is told what became of it. */
  readonly onStoring: (queue: QueueName, tasks: readonly NewTask[]) => Storing;
}

/** Follows a batch on its way into the store; one of the two is called. */
export interface Storing {
  /** @param outcomes one a task in order; absent where only some are known */
  stored(outcomes?: readonly SubmitOutcome[]): void;
  failed(): void;
}

/** Is told what became of a submit. */
export type SubmitDone = (answer: SubmitAnswer) => void;

/** Stores tasks, those of one event together. */
export class Submitter {
  readonly #settings: DispatchSettings;
  readonly #lanes: Coalescer<NewTask, SubmitOutcome>;
  readonly #answers: BatchAnswers<NewTask, SubmitOutcome, SubmitOutcome | TaskError>;

  constructor({ store, log, settings, defaults, onStoring }: SubmitterOptions) {
    this.#settings = settings;
    this.#answers = {
      answerOf: (outcome) => outcome,
      failureOf: (error) => taskErrorOf(error, settings.retryAfterMs),
    };
    this.#lanes = new Coalescer({
      call: async (queue, asked) => {
        const filled = defaults.fill(queue, asked);
        const batch = filled instanceof Promise ? await filled : filled;
        const storing = onStoring(queue, batch);
        try {
          const outcomes = await store.submit(batch);
          storing.stored(outcomes);
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
    const outcomes = new Array<SubmitOutcome | TaskError>(batch.length);
    const pending = new PendingBatch(this.#answers, outcomes, batch.length, (answers, error) => {
      const [first] = answers;
      done(error !== null && first instanceof TaskError ? first : answers);
    });
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

function isFailure(result: unknown): boolean {
  return result instanceof StoreError;
}
