import type { Clock } from "@baton/proto/shared";
import type { KeySettings, QueueSettings } from "../../../domain/flow/queue-settings.ts";
import { newGeneration, type QueueName, queueOfTask, type TaskId } from "../../../domain/ids.ts";
import type {
  Blockers,
  DeleteQueueOutcome,
  FlowStore,
  Holding,
  KeyFigures,
  KeysPage,
  KeysQuery,
  PutKeyOutcome,
  PutOutcome,
  StoredSettings,
} from "../../flow.ts";
import {
  type Hold,
  type ItemResult,
  type QueueStats,
  type Settlement,
  type SettleOutcome,
  type Store,
  StoreError,
} from "../../store.ts";
import type { RedisFlow } from "../flow.ts";
import { allParts } from "./partition-calls.ts";
import { innerId, type Layout, outerId, partitionOfKey } from "./partition-ids.ts";
import type { Partitions } from "./partitions.ts";
import { shareOfSettings, tooFew } from "./settings-shares.ts";

const AGREE_INTERVAL_MS = 30_000;
const SLASH = "/";

/** What a {@link PartitionedFlow} is made of. */
export interface PartitionedFlowParts {
  /** Has each partition as a queue of its own. */
  readonly store: Store;
  readonly flow: RedisFlow;
  readonly partitions: Partitions;
  readonly clock: Clock;
}

/**
 * How queues flow that are spread over partitions. Limits of the queue are dealt out to its partitions, floor plus
 * remainder; each concurrency key lies in one of them, with its limits. The settings are kept in all, and those of the
 * first are the ones that hold. Queues that are not spread are handed on as they are.
 */
export class PartitionedFlow implements FlowStore {
  readonly #store: Store;
  readonly #flow: RedisFlow;
  readonly #partitions: Partitions;
  readonly #clock: Clock;
  /** By queue, of which an operator has named each. */
  readonly #agreedAtMs = new Map<QueueName, number>();

  constructor({ store, flow, partitions, clock }: PartitionedFlowParts) {
    this.#store = store;
    this.#flow = flow;
    this.#partitions = partitions;
    this.#clock = clock;
  }

  async settings(queues: readonly QueueName[]): Promise<StoredSettings[]> {
    await this.#partitions.isAnySpread(queues, (queue) => queue);
    return this.#flow.settings(
      queues.map((queue) => {
        const layout = this.#partitions.find(queue);
        return layout ? firstOf(layout) : queue;
      }),
    );
  }

  async putSettings(
    queue: QueueName,
    settings: QueueSettings,
    revision: string,
  ): Promise<PutOutcome> {
    const layout = await this.#partitions.layout(queue);
    return layout === null
      ? this.#flow.putSettings(queue, settings, revision)
      : this.#putToAll(layout, settings, revision);
  }

  async #putToAll(layout: Layout, settings: QueueSettings, revision: string): Promise<PutOutcome> {
    const partitions = layout.names.length;
    const field = tooFew(settings, partitions);
    if (field !== null) {
      return { kind: "too_few", field, partitions };
    }
    const present = await this.#truth(layout);
    if (present.revision !== revision) {
      return { kind: "changed" };
    }
    const next = { settings, revision: newGeneration() };
    await this.#spread(layout, next);
    const share = shareOfSettings(settings, 0, partitions);
    const outcome = await this.#flow.put(firstOf(layout), { ...next, share, known: revision });
    if (outcome.kind === "changed") {
      // Others were faster, whose settings the other partitions may have had before these.
      await this.#spread(layout, await this.#truth(layout));
    }
    return outcome;
  }

  async putKey(
    queue: QueueName,
    key: string,
    settings: KeySettings | null,
  ): Promise<PutKeyOutcome> {
    const layout = await this.#partitions.layout(queue);
    const name = layout === null ? queue : partitionOfKey(layout, key);
    return this.#flow.putKey(name, key, settings);
  }

  /** Of a task in a partition what holds it back is its partition's share of the queue's limits, and who has that. */
  async blockers(id: TaskId): Promise<Blockers | null> {
    const layout = await this.#partitions.layout(queueOfTask(id));
    if (layout === null) {
      return this.#flow.blockers(id);
    }
    const found = await this.#flow.blockers(innerId(layout, id));
    return found && outerBlockers(layout, found);
  }

  /** Has all partitions of queues held that settlements hold, beside that of the task. Never rejects. */
  async holdOthers(
    batch: readonly Settlement[],
    outcomes: readonly ItemResult<SettleOutcome>[],
  ): Promise<void> {
    const calls = batch.flatMap((item, at) => {
      const settled = outcomes[at] as ItemResult<SettleOutcome>;
      const isNew = !(settled instanceof StoreError) && settled.kind === "ok" && !settled.isRepeat;
      const layout = this.#partitions.find(queueOfTask(item.lease.taskId));
      return isNew && holdsQueue(item)
        ? (layout?.names ?? []).map((name) => this.#flow.hold(name, item.outcome.hold.forMs))
        : [];
    });
    await Promise.allSettled(calls);
  }

  async keys(query: KeysQuery): Promise<KeysPage> {
    const layout = await this.#partitions.layout(query.queue);
    return layout === null ? this.#flow.keys(query) : this.#keysOfParts(layout, query);
  }

  /** One partition after the other. */
  async #keysOfParts({ names }: Layout, query: KeysQuery): Promise<KeysPage> {
    const [part, after = ""] = query.after.split(SLASH);
    let at = Number(part) || 0;
    let inner = after;
    const keys: KeyFigures[] = [];
    for (let name = names[at]; name !== undefined; name = names[at]) {
      const limit = query.limit - keys.length;
      if (limit === 0) {
        return { keys, next: `${at}${SLASH}${inner}` };
      }
      const page = await this.#flow.keys({ ...query, queue: name, after: inner, limit });
      keys.push(...page.keys);
      if (page.next !== null) {
        return { keys, next: `${at}${SLASH}${page.next}` };
      }
      at += 1;
      inner = "";
    }
    return { keys, next: null };
  }

  async deleteQueue(queue: QueueName, purge: boolean): Promise<DeleteQueueOutcome> {
    const layout = await this.#partitions.layout(queue);
    return layout === null
      ? this.#flow.deleteQueue(queue, purge)
      : this.#deleteParts(layout, purge);
  }

  /** The first partition goes last: where tasks come meanwhile, all agree with its settings again. */
  async #deleteParts({ queue, names }: Layout, purge: boolean): Promise<DeleteQueueOutcome> {
    if (!purge) {
      const stats = await this.#store.stats([queue, ...names]);
      const tasks = stats.reduce((sum, { counts }) => sum + tasksOf(counts), 0);
      if (tasks > 0) {
        return { kind: "has_tasks", tasks };
      }
    }
    let isKnown = false;
    for (const name of [queue, ...names].reverse()) {
      const outcome = await this.#flow.deleteQueue(name, purge);
      if (outcome.kind === "more" || outcome.kind === "has_tasks") {
        return outcome;
      }
      isKnown ||= outcome.kind === "ok";
    }
    return { kind: isKnown ? "ok" : "not_found" };
  }

  /**
   * Has every partition go by the settings of the first now and then: who put some may have died between the others
   * and that. Never rejects.
   */
  async agreeNowAndThen(layout: Layout): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const agreedAtMs = this.#agreedAtMs.get(layout.queue) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - agreedAtMs >= AGREE_INTERVAL_MS) {
      this.#agreedAtMs.set(layout.queue, nowMs);
      await this.#agree(layout).catch(() => undefined);
    }
  }

  async #agree(layout: Layout): Promise<void> {
    const [truth, ...others] = await this.#flow.settings(layout.names);
    if (truth !== undefined && others.some(({ revision }) => revision !== truth.revision)) {
      await this.#spread(layout, truth);
    }
  }

  async #truth(layout: Layout): Promise<StoredSettings> {
    const [truth] = await this.#flow.settings([firstOf(layout)]);
    return truth as StoredSettings;
  }

  async #spread({ names }: Layout, { settings, revision }: StoredSettings): Promise<void> {
    const puts = names.slice(1).map((name, at) => {
      const share = shareOfSettings(settings, at + 1, names.length);
      return this.#flow.put(name, { settings, share, known: null, revision });
    });
    await allParts(puts);
  }
}

/** Whether a settlement holds the queue of its task. */
export function holdsQueue(item: Settlement): item is Settlement & QueueHold {
  return item.outcome.kind === "release" && item.outcome.hold?.scope === "queue";
}

interface QueueHold {
  readonly outcome: { readonly hold: Hold };
}

/** The partition that says how its queue flows. */
function firstOf({ names }: Layout): QueueName {
  return names[0] as QueueName;
}

function outerBlockers(
  { names }: Layout,
  { concurrency, key, order, ...rest }: Blockers,
): Blockers {
  const partitions = names.length;
  return {
    ...rest,
    concurrency: {
      ...outerHolding(concurrency),
      ...(concurrency.limit !== null && { partitions }),
    },
    key: key && { ...key, concurrency: outerHolding(key.concurrency) },
    order: order && { ...order, head: outerId(order.head) },
  };
}

function outerHolding(holding: Holding): Holding {
  return { ...holding, holders: holding.holders.map(outerId) };
}

function tasksOf(counts: QueueStats["counts"]): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
