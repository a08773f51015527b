import { isDeepStrictEqual } from "node:util";
import type { Clock } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../domain/flow/queue-settings.ts";
import { applyUpdate, type SettingsUpdate } from "../../domain/flow/settings-update.ts";
import type { QueueName } from "../../domain/ids.ts";
import {
  type DealtLimit,
  MAX_SET_KEYS,
  noTasksOf,
  type PutOutcome,
  type QueueStats,
  type Store,
  type StoredSettings,
  StoreError,
} from "../../store/store.ts";
import type {
  DeadPage,
  DeadQuery,
  KeysPage,
  KeysQuery,
  QueueControl,
  QueueRemoval,
  QueuesPage,
  QueueView,
} from "../queue-control.ts";
import type { DispatchSettings } from "../settings.ts";
import { resultsOf, taskErrorOf } from "../store-calls/store-failure.ts";
import { Turns } from "../store-calls/turns.ts";
import { countDead } from "./dead-counts.ts";
import { QueueFigures } from "./queue-figures.ts";

/** What was read was others' for so many times: as many others wrote meanwhile. */
const MAX_UPDATE_TRIES = 100;
const SETTINGS_AT_ONCE = 100;
const LISTINGS_AT_ONCE = 4;
/** A deletion goes on for so long before it is answered with what is left. */
const REMOVING_MS = 2_000;

/** What {@link QueueOperations} need. */
export interface QueueOperationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: DispatchSettings;
  /** Told when settings of a queue or of a key of it may have changed. */
  readonly onSettings: (queue: QueueName) => void;
}

/** Reads and changes queues for operators. */
export class QueueOperations implements QueueControl {
  readonly #options: QueueOperationsOptions;
  readonly #figures: QueueFigures;
  /** A page of keys may be a thousand of which none is wanted. */
  readonly #listings = new Turns(LISTINGS_AT_ONCE);

  constructor(options: QueueOperationsOptions) {
    this.#options = options;
    this.#figures = new QueueFigures(options.store, options.clock);
  }

  async get(queue: QueueName): Promise<QueueView> {
    const { stats, stored } = await this.#ask(() => this.#read(queue));
    if (stats === undefined && stored.revision === "") {
      throw new TaskError("QUEUE_NOT_FOUND", `the queue ${queue} has neither tasks nor settings`, {
        metadata: { queue },
      });
    }
    return { stats: stats ?? noTasksOf(queue), settings: stored.settings };
  }

  list(after: string, limit: number): Promise<QueuesPage> {
    return this.#ask(async () => {
      const page = await this.#figures.page(after, limit);
      const queues: QueueView[] = [];
      const unanswered = [...page.unanswered];
      for (let at = 0; at < page.queues.length; at += SETTINGS_AT_ONCE) {
        const some = page.queues.slice(at, at + SETTINGS_AT_ONCE);
        const results = await this.#settingsOf(some);
        for (const [index, result] of results.entries()) {
          const stats = some[index] as QueueStats;
          if (result instanceof StoreError) {
            unanswered.push(stats.queue);
          } else {
            queues.push({ stats, settings: result.settings });
          }
        }
      }
      return { queues, unanswered: unanswered.sort(), next: page.next };
    });
  }

  async update(queue: QueueName, update: SettingsUpdate): Promise<QueueView> {
    return this.#ask(async ({ store }) => {
      const settings = await this.#change(queue, update);
      const [stats] = await store.stats([queue]);
      return { stats: stats ?? noTasksOf(queue), settings };
    });
  }

  async putKey(queue: QueueName, key: string, settings: KeySettings | null): Promise<void> {
    const { kind } = await this.#ask(({ store }) => store.putKey(queue, key, settings));
    if (kind === "too_many") {
      throw new TaskError(
        "KEYS_FULL",
        `${MAX_SET_KEYS} keys of the queue ${queue} have settings of their own`,
        { metadata: { queue, limit: String(MAX_SET_KEYS) } },
      );
    }
    this.#options.onSettings(queue);
  }

  keys(query: KeysQuery): Promise<KeysPage> {
    return this.#ask(({ store }) => this.#listings.run(() => store.keys(query)));
  }

  countDead(query: DeadQuery): Promise<DeadPage> {
    return this.#ask(({ store }) =>
      this.#listings.run(() => countDead(store, this.#figures, query)),
    );
  }

  async remove(queue: QueueName, purge: boolean): Promise<QueueRemoval> {
    const { clock } = this.#options;
    const untilMs = clock.monotonicMs() + REMOVING_MS;
    for (let wasThere = false; ; wasThere = true) {
      const outcome = await this.#ask(({ store }) => store.deleteQueue(queue, purge));
      if (outcome.kind === "has_tasks") {
        const tasks = outcome.tasks === 1 ? "1 task" : `${outcome.tasks} tasks`;
        throw new TaskError(
          "QUEUE_NOT_EMPTY",
          `the queue ${queue} keeps ${tasks}, final ones included: delete them with it (purge), or wait for their retention`,
          { metadata: { queue, tasks: String(outcome.tasks) } },
        );
      }
      this.#options.onSettings(queue);
      if (outcome.kind !== "more" || clock.monotonicMs() >= untilMs) {
        const isPart = outcome.kind === "more";
        return { wasThere: wasThere || outcome.kind !== "not_found", isPart };
      }
    }
  }

  /**
   * Reads, changes and puts, and again where others put something meanwhile. Returns what it put: whoever reads the
   * settings again may find others, or none where somebody has just deleted the queue.
   */
  async #change(queue: QueueName, update: SettingsUpdate): Promise<QueueSettings> {
    const { store, onSettings } = this.#options;
    for (let tries = 0; tries < MAX_UPDATE_TRIES; tries += 1) {
      const [stored] = await store.settings([queue]);
      const { settings, revision } = stored ?? UNSET;
      const next = applyUpdate(settings, update);
      if (revision !== "" && isDeepStrictEqual({ ...settings }, { ...next })) {
        return next;
      }
      const outcome = await store.putSettings(queue, next, revision);
      if (outcome.kind !== "changed") {
        refuseTooFew(outcome);
        onSettings(queue);
        return next;
      }
    }
    throw new TaskError("STORE_UNAVAILABLE", "others change the queue's settings all the time");
  }

  async #read(
    queue: QueueName,
  ): Promise<{ stats: QueueStats | undefined; stored: StoredSettings }> {
    const { store } = this.#options;
    const [[stats], [stored]] = await Promise.all([store.stats([queue]), store.settings([queue])]);
    return { stats, stored: stored ?? UNSET };
  }

  #settingsOf(stats: readonly QueueStats[]) {
    return resultsOf(stats.length, () =>
      this.#options.store.settings(stats.map(({ queue }) => queue)),
    );
  }

  async #ask<Answer>(call: (options: QueueOperationsOptions) => Promise<Answer>): Promise<Answer> {
    try {
      return await call(this.#options);
    } catch (error) {
      throw taskErrorOf(error, this.#options.settings.retryAfterMs);
    }
  }
}

const UNSET: StoredSettings = { settings: DEFAULT_QUEUE_SETTINGS, revision: "" };

/** The fields of limits that are dealt out, as on the wire. */
const FIELDS: Readonly<Record<DealtLimit, string>> = {
  maxBacklog: "max_backlog",
  concurrencyLimit: "concurrency_limit",
  "rateLimit.tasks": "rate_limit.tasks",
  "rateLimit.burst": "rate_limit.burst",
};

function refuseTooFew(outcome: PutOutcome): void {
  if (outcome.kind === "too_few") {
    const { field, partitions } = outcome;
    const violation = {
      field: `settings.${FIELDS[field]}`,
      description: `must be at least ${partitions}, the number of partitions that the queue is spread over`,
    };
    throw new TaskError("INVALID_FIELD", `${violation.field} ${violation.description}`, {
      violations: [violation],
    });
  }
}
