import type { Clock } from "../../../domain/clock.ts";
import type { KeySettings, QueueSettings, RateLimit } from "../../../domain/flow/queue-settings.ts";
import { newGeneration, type QueueName } from "../../../domain/ids.ts";
import type { DealtLimit, PutKeyOutcome, PutOutcome, StoredSettings } from "../../flow.ts";
import type { RedisFlow } from "../flow.ts";
import { allParts } from "./partition-calls.ts";
import { type Layout, partitionOf } from "./partition-ids.ts";
import { shareOf } from "./partition-merge.ts";

const AGREE_INTERVAL_MS = 30_000;

/**
 * How queues flow that are spread over partitions. Limits of the queue are dealt out to its partitions; each key lies
 * in one of them, with its limits. The settings are kept in all, and in the first whole: those are the ones that hold.
 */
export class PartitionedFlow {
  readonly #flow: RedisFlow;
  readonly #clock: Clock;
  /** By queue, of which an operator has named each. */
  readonly #agreedAtMs = new Map<QueueName, number>();

  constructor(flow: RedisFlow, clock: Clock) {
    this.#flow = flow;
    this.#clock = clock;
  }

  /** See `FlowStore.putSettings`. */
  async putSettings(
    layout: Layout,
    settings: QueueSettings,
    revision: string,
  ): Promise<PutOutcome> {
    const field = tooFew(settings, layout.names.length);
    if (field !== null) {
      return { kind: "too_few", field, partitions: layout.names.length };
    }
    const present = await this.#truth(layout);
    if (present.revision !== revision) {
      return { kind: "changed" };
    }
    const next = { settings, revision: newGeneration() };
    await this.#spread(layout, next);
    const outcome = await this.#flow.put(firstOf(layout), {
      ...next,
      share: shareOfSettings(settings, 0, layout.names.length),
      known: revision,
    });
    if (outcome.kind === "changed") {
      // Others were faster, whose settings the other partitions may have had before these.
      await this.#spread(layout, await this.#truth(layout));
    }
    return outcome;
  }

  /** See `FlowStore.putKey`. */
  putKey(layout: Layout, key: string, settings: KeySettings | null): Promise<PutKeyOutcome> {
    return this.#flow.putKey(partitionOfKey(layout, key), key, settings);
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

/** The partition that says how its queue flows. */
export function firstOf({ names }: Layout): QueueName {
  return names[0] as QueueName;
}

/** The partition of the tasks of a concurrency key, or of an ordering key without one. */
export function partitionOfKey({ names }: Layout, key: string): QueueName {
  return names[partitionOf(key, names.length)] as QueueName;
}

/** The first limit that cannot be dealt out to so many partitions. */
function tooFew(settings: QueueSettings, partitions: number): DealtLimit | null {
  const limits: readonly (readonly [DealtLimit, number | null | undefined])[] = [
    ["maxBacklog", settings.maxBacklog],
    ["concurrencyLimit", settings.concurrencyLimit],
    ["rateLimit.tasks", settings.rateLimit?.tasks],
    ["rateLimit.burst", settings.rateLimit?.burst],
  ];
  const found = limits.find(([, limit]) => limit != null && limit < partitions);
  return found === undefined ? null : found[0];
}

function shareOfSettings(settings: QueueSettings, at: number, parts: number): QueueSettings {
  const share = (limit: number | null) => (limit === null ? null : shareOf(limit, at, parts));
  return {
    ...settings,
    maxBacklog: share(settings.maxBacklog),
    concurrencyLimit: share(settings.concurrencyLimit),
    rateLimit: shareOfRate(settings.rateLimit, at, parts),
  };
}

function shareOfRate(rate: RateLimit | null, at: number, parts: number): RateLimit | null {
  return rate === null
    ? null
    : {
        tasks: shareOf(rate.tasks, at, parts),
        periodMs: rate.periodMs,
        burst: shareOf(rate.burst, at, parts),
      };
}
