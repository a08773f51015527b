import fc from "fast-check";
import { TASK_STATES } from "../../../../server/src/domain/task-state.ts";
import {
  type Command,
  type Held,
  KEYS,
  type KeyRecipe,
  LINES,
  type ListRecipe,
  type OutcomeRecipe,
  type Pick,
  QUEUES,
  type RateRecipe,
  REQUESTS,
  SESSIONS,
  type SettingsRecipe,
  type TaskRecipe,
  TEAMS,
  TYPES,
} from "./model-commands.ts";

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
  attemptHistory: fc.constantFrom(20, 2, 1, 0),
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
