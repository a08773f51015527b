import fc from "fast-check";
import { TASK_STATES, type TaskState } from "../../../server/src/domain/task-state.ts";

/**
 * Durations are so many units, each kind with a rest of its own, and time moves by whole units: so no two
 * moments that are compared are ever closer than two seconds, and a store whose clock goes on by itself
 * while a test runs still agrees with the model.
 */
export const UNIT_MS = 10_000;

/** What is left over of each kind of duration; any two that are added up stay clear of the others. */
export const RESTS_MS = {
  delay: 3_000,
  runAt: 3_500,
  startDeadline: 2_000,
  ttl: 4_000,
  attemptTimeout: 5_000,
  retention: 6_000,
  window: 7_000,
  hold: 4_500,
} as const;

/** A task to submit; null where a field is not set. */
export interface TaskRecipe {
  readonly queue: number;
  readonly type: number;
  readonly team: number;
  readonly priority: number;
  readonly due: { readonly kind: "now" | "after" | "at"; readonly units: number };
  readonly startDeadline: number | null;
  readonly attemptTimeout: number;
  /** 0 keeps it no longer than its end. */
  readonly retention: number;
  readonly window: number;
  readonly request: number | null;
  readonly payload: number;
  readonly maxAttempts: number;
  readonly maxCrashes: number;
  /** Null for none. */
  readonly key: number | null;
  readonly line: number | null;
  readonly isOwed: boolean;
}

/** An end of a lease. */
export type OutcomeRecipe =
  | { readonly kind: "complete"; readonly result: string }
  | { readonly kind: "fail" | "timed_out"; readonly retryIn: number | null }
  | {
      readonly kind: "release";
      readonly delay: number;
      readonly hold: { readonly scope: "key" | "queue"; readonly units: number } | null;
    };

/** A rate of one task in so many tenths of a unit. */
export interface RateRecipe {
  readonly tenths: number;
  readonly burst: number;
}

/** What a queue's settings are to be. */
export interface SettingsRecipe {
  readonly isPaused: boolean;
  readonly maxBacklog: number | null;
  readonly keyMaxBacklog: number | null;
  readonly concurrencyLimit: number | null;
  readonly keyConcurrencyLimit: number | null;
  readonly rateLimit: RateRecipe | null;
  readonly keyRateLimit: RateRecipe | null;
  readonly keyWeight: number;
  readonly fairBy: "GRANTS" | "TIME";
  readonly onDead: "CONTINUE" | "HOLD";
}

/** What a key is to have of its own. */
export interface KeyRecipe {
  readonly weight: number | null;
  readonly concurrencyLimit: number | null;
  readonly rateLimit: RateRecipe | null;
  readonly isPaused: boolean;
}

/** What a listing is to have; null for all of a kind. */
export interface ListRecipe {
  readonly queue: number;
  readonly states: readonly TaskState[];
  readonly type: number | null;
  readonly team: number | null;
  readonly limit: number;
  readonly newestFirst: boolean;
}

/** One call, with everything it refers to named by small numbers, so that a failure reads well. */
export type Command =
  | { readonly kind: "submit"; readonly tasks: readonly TaskRecipe[] }
  | {
      readonly kind: "open";
      readonly session: number;
      /** Comes late, from the stream before the newest. */
      readonly isOld: boolean;
      readonly ttl: number;
      readonly held: Held;
    }
  | {
      readonly kind: "renew";
      readonly session: number;
      readonly isOld: boolean;
      readonly ttl: number;
    }
  | {
      readonly kind: "lease";
      readonly session: number;
      readonly isOld: boolean;
      readonly limit: number;
      readonly isApart: boolean;
      readonly types: readonly number[] | null;
      readonly maxPayloadBytes: number;
    }
  | {
      readonly kind: "settle";
      readonly items: readonly {
        readonly lease: Pick;
        readonly isForged: boolean;
        readonly outcome: OutcomeRecipe;
      }[];
    }
  | {
      readonly kind: "report";
      readonly lease: Pick;
      /** Comes from another session than was granted the lease. */
      readonly isForged: boolean;
      readonly progress: number | null;
      readonly checkpoint: string | null;
    }
  | { readonly kind: "advance"; readonly units: number }
  | { readonly kind: "fill"; readonly isFull: boolean }
  | { readonly kind: "sweep"; readonly queue: number }
  | { readonly kind: "cancel"; readonly task: Pick; readonly reason: string }
  | { readonly kind: "redrive"; readonly task: Pick }
  | { readonly kind: "settings"; readonly queue: number; readonly settings: SettingsRecipe }
  | {
      readonly kind: "key";
      readonly queue: number;
      readonly key: number;
      readonly settings: KeyRecipe | null;
    }
  /** The next pages of the listing under way, or the first ones of this. */
  | { readonly kind: "list"; readonly listing: ListRecipe; readonly pages: number };

/** One of those there are, counted back from the newest; of the apt ones alone, or of all. */
export interface Pick {
  readonly isApt: boolean;
  readonly back: number;
}

/** Which of the leases it ever had a worker says it holds. */
export type Held = "all" | "none" | "newest" | "others";

/** How many queues, types, sessions and request ids there are to choose from. */
export const QUEUES = 2;
export const TYPES = 2;
const TEAMS = 2;
export const SESSIONS = 4;
const REQUESTS = 3;
export const KEYS = 3;
const LINES = 2;

// Plain objects, so that a failure reads well.
const record = <Shape>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc.record(shape, { noNullPrototype: true });
const units = (max: number) => fc.nat({ max });
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { freq: 2 });
const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

// Mostly one queue, so that tasks meet.
const anyQueue = fc.nat({ max: 7 }).map((value) => (value === 0 ? QUEUES - 1 : 0));

const recipe: fc.Arbitrary<TaskRecipe> = record({
  queue: anyQueue,
  type: fc.nat({ max: TYPES - 1 }),
  team: fc.nat({ max: TEAMS - 1 }),
  priority: fc.constantFrom(5, 5, 5, 0, 9),
  due: record({
    kind: fc.constantFrom("now" as const, "now" as const, "after" as const, "at" as const),
    units: units(3),
  }),
  startDeadline: sometimes(units(2)),
  attemptTimeout: fc.constantFrom(0, 1, 2, 9),
  retention: fc.constantFrom(0, 0, 1, 4),
  window: fc.constantFrom(0, 1, 4),
  request: sometimes(fc.nat({ max: REQUESTS - 1 })),
  payload: fc.constantFrom(0, 1, 1, 1, 100),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  maxCrashes: fc.constantFrom(1, 1, 2, 3),
  key: orNull(fc.nat({ max: KEYS - 1 })),
  line: sometimes(fc.nat({ max: LINES - 1 })),
  isOwed: fc.nat({ max: 9 }).map((value) => value === 0),
});

const outcome: fc.Arbitrary<OutcomeRecipe> = fc.oneof(
  {
    weight: 4,
    arbitrary: record({ kind: fc.constant("complete" as const), result: fc.string() }),
  },
  {
    weight: 4,
    arbitrary: record({
      kind: fc.constantFrom("fail" as const, "fail" as const, "timed_out" as const),
      retryIn: orNull(units(2)),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      kind: fc.constant("release" as const),
      delay: units(2),
      hold: sometimes(
        record({
          scope: fc.constantFrom("key" as const, "key" as const, "queue" as const),
          units: units(2),
        }),
      ),
    }),
  },
);

const session = fc.nat({ max: SESSIONS - 1 });
const isOld = fc.nat({ max: 5 }).map((value) => value === 0);
const isForged = isOld;
const pick: fc.Arbitrary<Pick> = record({ isApt: fc.boolean(), back: fc.nat({ max: 40 }) });

const listing: fc.Arbitrary<ListRecipe> = record({
  queue: anyQueue,
  states: fc.oneof(fc.constant(TASK_STATES), fc.shuffledSubarray([...TASK_STATES])),
  type: sometimes(fc.nat({ max: TYPES - 1 })),
  team: sometimes(fc.nat({ max: TEAMS - 1 })),
  limit: fc.constantFrom(1, 2, 3, 5, 100),
  newestFirst: fc.boolean(),
});

const rate: fc.Arbitrary<RateRecipe | null> = sometimes(
  record({ tenths: fc.constantFrom(3, 12, 25), burst: fc.integer({ min: 1, max: 3 }) }),
);
const rarely = fc.nat({ max: 9 }).map((value) => value === 0);

const settings: fc.Arbitrary<SettingsRecipe> = record({
  isPaused: rarely,
  maxBacklog: sometimes(fc.integer({ min: 1, max: 12 })),
  keyMaxBacklog: sometimes(fc.integer({ min: 1, max: 4 })),
  concurrencyLimit: orNull(fc.integer({ min: 1, max: 5 })),
  keyConcurrencyLimit: orNull(fc.integer({ min: 1, max: 3 })),
  rateLimit: rate,
  keyRateLimit: rate,
  keyWeight: fc.constantFrom(1, 1, 7),
  fairBy: fc.constantFrom("GRANTS" as const, "TIME" as const),
  onDead: fc.constantFrom("CONTINUE" as const, "HOLD" as const),
});

const keySettings: fc.Arbitrary<KeyRecipe> = record({
  weight: orNull(fc.constantFrom(1, 3, 100)),
  concurrencyLimit: orNull(fc.integer({ min: 1, max: 3 })),
  rateLimit: rate,
  isPaused: rarely,
});

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: record({
      kind: fc.constant("submit" as const),
      tasks: fc.array(recipe, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 6,
    arbitrary: record({
      kind: fc.constant("open" as const),
      session,
      isOld,
      ttl: fc.constantFrom(0, 1, 2, 9),
      held: fc.constantFrom<Held[]>("all", "all", "none", "newest", "others"),
    }),
  },
  {
    weight: 3,
    arbitrary: record({
      kind: fc.constant("renew" as const),
      session,
      isOld,
      ttl: fc.constantFrom(0, 0, 1, 4),
    }),
  },
  {
    weight: 9,
    arbitrary: record({
      kind: fc.constant("lease" as const),
      session,
      isOld,
      limit: fc.constantFrom(0, 1, 2, 3, 9),
      isApart: fc.constantFrom(false, false, true),
      types: sometimes(fc.uniqueArray(fc.nat({ max: TYPES - 1 }))),
      maxPayloadBytes: fc.constantFrom(1, 100, 1_000, 1_000),
    }),
  },
  {
    weight: 8,
    arbitrary: record({
      kind: fc.constant("settle" as const),
      items: fc.array(record({ lease: pick, isForged, outcome }), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: record({
      kind: fc.constant("report" as const),
      lease: pick,
      isForged,
      progress: orNull(fc.double({ min: 0, max: 1, noNaN: true })),
      checkpoint: orNull(fc.string()),
    }),
  },
  {
    weight: 4,
    arbitrary: record({ kind: fc.constant("advance" as const), units: units(2) }),
  },
  {
    weight: 2,
    arbitrary: record({
      kind: fc.constant("fill" as const),
      isFull: fc.nat({ max: 2 }).map((value) => value === 0),
    }),
  },
  {
    weight: 5,
    arbitrary: record({
      kind: fc.constant("sweep" as const),
      queue: anyQueue,
    }),
  },
  {
    weight: 2,
    arbitrary: record({ kind: fc.constant("cancel" as const), task: pick, reason: fc.string() }),
  },
  { weight: 3, arbitrary: record({ kind: fc.constant("redrive" as const), task: pick }) },
  {
    weight: 2,
    arbitrary: record({ kind: fc.constant("settings" as const), queue: anyQueue, settings }),
  },
  {
    weight: 1,
    arbitrary: record({
      kind: fc.constant("key" as const),
      queue: anyQueue,
      key: fc.nat({ max: KEYS - 1 }),
      settings: fc.option(keySettings, { freq: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: record({
      kind: fc.constant("list" as const),
      listing,
      pages: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

/**
 * A worker that dies with a task, which is a suspect then, and another that runs it apart: chance alone seldom leaves
 * all that undisturbed.
 */
const crash: fc.Arbitrary<readonly Command[]> = fc
  .tuple(recipe, fc.uniqueArray(session, { minLength: 2, maxLength: 2 }))
  .map(([task, [first = 0, second = 1]]) => {
    const lease = { kind: "lease", isOld: false, types: null, maxPayloadBytes: 1_000 } as const;
    const { queue } = task;
    return [
      { kind: "open", session: first, isOld: false, ttl: 0, held: "none" },
      { kind: "submit", tasks: [{ ...task, due: { kind: "now", units: 0 }, maxCrashes: 2 }] },
      { ...lease, session: first, limit: 9, isApart: false },
      { kind: "advance", units: 1 },
      { kind: "sweep", queue },
      { kind: "open", session: second, isOld: false, ttl: 9, held: "all" },
      { ...lease, session: second, limit: 3, isApart: true },
    ];
  });

const steps = fc.oneof<fc.MaybeWeightedArbitrary<readonly Command[]>[]>(
  { weight: 60, arbitrary: command.map((one) => [one]) },
  { weight: 1, arbitrary: crash },
);

/** What a list of calls has of flow: half of them have keys, of these and of the others half have settings. */
const flavours = record({ hasKeys: fc.boolean(), hasSettings: fc.boolean() });

/** Random lists of calls; the first open the sessions, since nothing is leased without one. */
export const commands: fc.Arbitrary<readonly Command[]> = fc
  .tuple(flavours, fc.array(steps, { minLength: 1, maxLength: 150, size: "max" }))
  .map(([{ hasKeys, hasSettings }, list]) => [
    ...Array.from({ length: SESSIONS }, (_, slot) => openingOf(slot)),
    ...list
      .flat()
      .filter(({ kind }) => hasSettings || (kind !== "settings" && kind !== "key"))
      .map((one) => (hasKeys || one.kind !== "submit" ? one : withoutKeys(one))),
  ]);

function withoutKeys(submit: Extract<Command, { kind: "submit" }>): Command {
  return { ...submit, tasks: submit.tasks.map((task) => ({ ...task, key: null, line: null })) };
}

function openingOf(slot: number): Command {
  return { kind: "open", session: slot, isOld: false, ttl: 2 * slot, held: "none" };
}
