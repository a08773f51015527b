import fc from "fast-check";

/** How long a wait is, and a hold, a delay and what rates let go by. */
export const STEP_MS = 30_000;
/** The concurrency keys of a history; the empty text is none. */
export const KEYS = ["", "acme", "beta", "gamma"];
const ORDERS = ["", "one", "one"];

const rate = fc.constantFrom(
  null,
  { tasks: 1, periodMs: 2 * STEP_MS, burst: 1 },
  { tasks: 1, periodMs: STEP_MS, burst: 3 },
);
const limit = fc.constantFrom(null, null, 1, 3);
const weight = fc.constantFrom(1, 2, 7);

const settings = fc.record({
  isPaused: fc.constantFrom(false, false, false, true),
  concurrencyLimit: fc.constantFrom(null, null, 4),
  keyConcurrencyLimit: limit,
  rateLimit: fc.constantFrom(null, null, { tasks: 2, periodMs: STEP_MS, burst: 4 }),
  keyRateLimit: rate,
  keyWeight: weight,
  plainWeight: weight,
  fairBy: fc.constantFrom("GRANTS" as const, "TIME" as const),
  onDead: fc.constantFrom("CONTINUE" as const, "HOLD" as const),
});

const keySettings = fc.option(
  fc.record({
    weight: fc.option(weight),
    concurrencyLimit: limit,
    rateLimit: rate,
    isPaused: fc.constantFrom(false, false, true),
  }),
);

const nth = fc.nat(50);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("submit" as const),
      key: fc.constantFrom(...KEYS),
      order: fc.constantFrom(...ORDERS),
      priority: fc.constantFrom(5, 5, 1, 9),
      delay: fc.constantFrom(0, 0, 0, 1, 2),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("lease" as const),
      limit: fc.constantFrom(1, 2, 5, 20),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      nth,
      how: fc.constantFrom(
        ...([
          "complete",
          "complete",
          "retry",
          "back off",
          "die",
          "release",
          "hold key",
          "hold queue",
        ] as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("redrive" as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), steps: fc.constantFrom(1, 1, 2, 3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set" as const), settings }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("set key" as const),
      key: fc.constantFrom(...KEYS.slice(1)),
      keySettings,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
);

/** Random histories of a queue; the first step gives it its settings. */
export const histories = fc
  .tuple(settings, fc.array(step, { minLength: 30, maxLength: 80, size: "max" }))
  .map(([first, rest]): Step[] => [
    { do: "set", settings: { ...first, isPaused: false } },
    ...rest,
  ]);

/** What happens to a queue, one after the other. */
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
