import type { Clock } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import { type SpecDefaults, withDefaultsOf } from "../../domain/specs/spec-origins.ts";
import { type NewTask, type Store, StoreError } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import { storeErrorOf } from "../store-calls/store-failure.ts";

/** For so long what was read is good: other dispatchers change it too. */
const GOOD_FOR_MS = 5_000;
/** What is older is read anew while it is used still, so that a busy queue never waits for it. */
const REREAD_AFTER_MS = GOOD_FOR_MS / 2;
const MAX_QUEUES = 10_000;

/** What {@link QueueDefaults} need. */
export interface QueueDefaultsOptions {
  readonly store: Pick<Store, "settings">;
  readonly clock: Clock;
  readonly log: DispatchLog;
}

interface Known {
  /** Null where the queue says nothing. */
  readonly defaults: SpecDefaults | null;
  readonly readAtMs: number;
}

/** Fills in what queues say for tasks that are submitted without a retry policy or a retention. */
export class QueueDefaults {
  readonly #options: QueueDefaultsOptions;
  /** In the order in which they were read. */
  readonly #known = new Map<QueueName, Known>();
  readonly #reads = new Map<QueueName, Promise<Known>>();

  constructor(options: QueueDefaultsOptions) {
    this.#options = options;
  }

  /**
   * Returns a batch of a queue with what the queue says: at once where that is known, and the same batch where it is
   * nothing. Rejects with StoreError where it cannot be read.
   */
  fill(
    queue: QueueName,
    batch: readonly NewTask[],
  ): readonly NewTask[] | Promise<readonly NewTask[]> {
    const known = this.#known.get(queue);
    const ageMs =
      known === undefined ? GOOD_FOR_MS : this.#options.clock.monotonicMs() - known.readAtMs;
    if (known === undefined || ageMs >= GOOD_FOR_MS) {
      return this.#read(queue).then((read) => filled(batch, read));
    }
    if (ageMs >= REREAD_AFTER_MS) {
      this.#read(queue).catch((error: unknown) => {
        this.#options.log.debug({ err: error, queue }, "settings were not read anew");
      });
    }
    return filled(batch, known);
  }

  /** Forgets what a queue said: it may say something else now. */
  forget(queue: QueueName): void {
    this.#known.delete(queue);
    this.#reads.delete(queue);
  }

  #read(queue: QueueName): Promise<Known> {
    const underWay = this.#reads.get(queue);
    if (underWay !== undefined) {
      return underWay;
    }
    const read = this.#ask(queue)
      .then((known) => {
        // What was forgotten meanwhile is older than what there is now.
        if (this.#reads.get(queue) === read) {
          this.#keep(queue, known);
        }
        return known;
      })
      .finally(() => {
        if (this.#reads.get(queue) === read) {
          this.#reads.delete(queue);
        }
      });
    this.#reads.set(queue, read);
    return read;
  }

  async #ask(queue: QueueName): Promise<Known> {
    const { store, clock } = this.#options;
    const readAtMs = clock.monotonicMs();
    try {
      const [stored] = await store.settings([queue]);
      const { retryPolicy = null, retentionMs = null } = stored?.settings ?? {};
      const isNothing = retryPolicy === null && retentionMs === null;
      return { defaults: isNothing ? null : { retryPolicy, retentionMs }, readAtMs };
    } catch (error) {
      const failure = storeErrorOf(error);
      // Whatever became of this read, nothing was stored.
      throw failure.kind === "unknown"
        ? new StoreError("unavailable", "the queue's settings cannot be read", failure)
        : failure;
    }
  }

  #keep(queue: QueueName, known: Known): void {
    this.#known.delete(queue);
    this.#known.set(queue, known);
    if (this.#known.size > MAX_QUEUES) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest as QueueName);
    }
  }
}

function filled(batch: readonly NewTask[], { defaults }: Known): readonly NewTask[] {
  return defaults === null
    ? batch
    : batch.map((task) => ({ ...task, spec: withDefaultsOf(task.spec, defaults) }));
}
