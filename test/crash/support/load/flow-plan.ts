import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import type { SeededRandom } from "../../../support/seeded-random.ts";
import type { CallOutcome, Happening } from "../history/events.ts";
import { KEYS, QUEUES } from "./plan.ts";

/** How an operator of a chaos run changes a queue, or one of its concurrency keys. */
export type PlannedChange =
  | { readonly kind: "queue"; readonly queue: string; readonly settings: QueueSettings }
  | {
      readonly kind: "key";
      readonly queue: string;
      readonly key: string;
      readonly settings: KeySettings | null;
    };

/** What each queue begins with, and ends with: limits that are met, and let everything be worked off. */
export const FIRST_CHANGES: readonly PlannedChange[] = QUEUES.map((queue) => ({
  kind: "queue",
  queue,
  settings: {
    ...DEFAULT_QUEUE_SETTINGS,
    concurrencyLimit: 6,
    keyConcurrencyLimit: 2,
    keyRateLimit: { tasks: 40, periodMs: 1_000, burst: 10 },
  },
}));

/** What takes back everything that keys have of their own. */
export const LAST_CHANGES: readonly PlannedChange[] = [
  ...QUEUES.flatMap((queue) =>
    KEYS.map((key): PlannedChange => ({ kind: "key", queue, key, settings: null })),
  ),
  ...FIRST_CHANGES,
];

/** Decides how a queue or a key is changed next. */
export function planChange(random: SeededRandom): PlannedChange {
  const queue = random.pick(QUEUES);
  const isPaused = random.chance(0.1);
  if (random.chance(0.4)) {
    const key = random.pick(KEYS);
    const settings = {
      weight: random.chance(0.5) ? random.between(1, 10) : null,
      concurrencyLimit: random.chance(0.6) ? random.between(1, 4) : null,
      rateLimit: random.chance(0.3) ? rate(random) : null,
      isPaused,
    };
    return { kind: "key", queue, key, settings: random.chance(0.3) ? null : settings };
  }
  return {
    kind: "queue",
    queue,
    settings: {
      ...DEFAULT_QUEUE_SETTINGS,
      isPaused,
      concurrencyLimit: random.chance(0.7) ? random.between(2, 8) : null,
      keyConcurrencyLimit: random.chance(0.7) ? random.between(1, 4) : null,
      rateLimit: random.chance(0.3) ? rate(random) : null,
      keyRateLimit: random.chance(0.3) ? rate(random) : null,
      keyWeight: random.between(1, 5),
      plainWeight: random.between(1, 5),
      fairBy: random.pick(["GRANTS", "TIME"] as const),
    },
  };
}

/** What a history says of a change. */
export function changeSeen(
  change: PlannedChange,
  sinceMs: number,
  outcome: CallOutcome,
): Happening {
  const { queue } = change;
  if (change.kind === "key") {
    const { key, settings } = change;
    return {
      kind: "key_settings",
      queue,
      key,
      sinceMs,
      outcome,
      isPaused: settings?.isPaused ?? false,
      concurrencyLimit: settings?.concurrencyLimit ?? null,
      rateLimit: settings?.rateLimit ?? null,
    };
  }
  const { isPaused, concurrencyLimit, rateLimit, keyConcurrencyLimit, keyRateLimit } =
    change.settings;
  const limits = { concurrencyLimit, rateLimit, keyConcurrencyLimit, keyRateLimit };
  return { kind: "settings", queue, sinceMs, outcome, isPaused, ...limits };
}

function rate(random: SeededRandom): NonNullable<QueueSettings["rateLimit"]> {
  const periodMs = random.pick([100, 500, 1_000]);
  return { tasks: random.between(3, 20), periodMs, burst: random.between(1, 10) };
}
