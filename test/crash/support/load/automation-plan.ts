import type { Sent } from "../../../../worker-sdk/src/values/wire.ts";
import type { SeededRandom } from "../../../support/seeded-random.ts";
import type { Plan } from "./plan.ts";

/** A schedule of a chaos run, all of whose ticks are the same time apart. */
export interface PlannedSchedule {
  readonly name: string;
  readonly queue: string;
  readonly cadence: Pick<Sent<"Schedule">, "cron" | "fixedRate">;
  readonly intervalMs: number;
  readonly shards: number;
  readonly misfirePolicy: "FIRE_ONCE" | "SKIP";
  readonly misfireThresholdMs: number;
}

/** A subscription of a chaos run. */
export interface PlannedSubscription {
  readonly name: string;
  readonly queue: string;
  /** A type, or a prefix that ends with `*`. */
  readonly eventType: string;
}

/** An event that a publisher sends. */
export interface PlannedEvent {
  readonly id: string;
  readonly type: string;
  readonly plan: Plan;
}

const DAY_MS = 86_400_000;

/** With a threshold of a day no tick of a run counts as missed, so none may be left out. */
export const SCHEDULES: readonly PlannedSchedule[] = [
  {
    name: "every-second",
    queue: "alpha",
    cadence: { fixedRate: { seconds: 1 } },
    intervalMs: 1_000,
    shards: 1,
    misfirePolicy: "FIRE_ONCE",
    misfireThresholdMs: DAY_MS,
  },
  {
    name: "in-shards",
    queue: "beta",
    cadence: { fixedRate: { seconds: 2 } },
    intervalMs: 2_000,
    shards: 3,
    misfirePolicy: "FIRE_ONCE",
    misfireThresholdMs: DAY_MS,
  },
  {
    name: "by-calendar",
    queue: "alpha",
    cadence: { cron: { expression: "*/2 * * * * *", timeZone: "Europe/Berlin" } },
    intervalMs: 2_000,
    shards: 1,
    misfirePolicy: "FIRE_ONCE",
    misfireThresholdMs: DAY_MS,
  },
  {
    name: "fires-once",
    queue: "beta",
    cadence: { fixedRate: { seconds: 1 } },
    intervalMs: 1_000,
    shards: 1,
    misfirePolicy: "FIRE_ONCE",
    misfireThresholdMs: 1_000,
  },
  {
    name: "skips",
    queue: "beta",
    cadence: { fixedRate: { seconds: 1 } },
    intervalMs: 1_000,
    shards: 1,
    misfirePolicy: "SKIP",
    misfireThresholdMs: 1_000,
  },
];

/** Two that overlap in what they want, in queues of their own, and one that wants nothing there is. */
export const SUBSCRIPTIONS: readonly PlannedSubscription[] = [
  { name: "points", queue: "alpha", eventType: "chaos.paid" },
  { name: "stock", queue: "beta", eventType: "chaos.*" },
  { name: "nothing", queue: "beta", eventType: "chaos.never" },
];

/** Where the events of a chaos run come from. */
export const EVENT_SOURCE = "/chaos";

const FIRE_TIME_HEADER = "baton-fire-time";
const EVENT_ID_HEADER = "ce-id";

/** What the handlers of a schedule's tasks are to do. */
export function planOfSchedule({ name }: PlannedSchedule): Plan {
  return { ...PLAIN, op: name, workMs: 20 };
}

/** Decides what an event is to be. Some of its tasks fail before they succeed. */
export function planEvent(id: string, random: SeededRandom): PlannedEvent {
  return {
    id,
    type: random.chance(0.5) ? "chaos.paid" : "chaos.shipped",
    plan: {
      ...PLAIN,
      op: id,
      workMs: random.between(0, 60),
      failures: random.chance(0.1) ? 1 : 0,
      padding: "x".repeat(random.between(0, 100)),
    },
  };
}

/** The names of the subscriptions that an event of the type makes a task for. */
export function subscribersOf(type: string): string[] {
  return SUBSCRIPTIONS.filter(({ eventType }) =>
    eventType.endsWith("*") ? type.startsWith(eventType.slice(0, -1)) : type === eventType,
  ).map(({ name }) => name);
}

/**
 * What a task is one of a kind of, by what its headers say: a submit, a shard of a tick, or what an event
 * makes for a subscription. Two tasks of the same are one too many.
 */
export function opOf(headers: Readonly<Record<string, string>>, shard: number): string {
  const op = headers.op ?? "";
  const fireTime = headers[FIRE_TIME_HEADER];
  if (fireTime !== undefined) {
    return firingOp(op, Date.parse(fireTime), shard || 0);
  }
  const eventId = headers[EVENT_ID_HEADER];
  return eventId === undefined ? op : deliveryOp(op, eventId);
}

/** Names a shard of a tick. */
export function firingOp(schedule: string, tickMs: number, shard: number): string {
  return `tick ${schedule} ${tickMs} ${shard}`;
}

/** Names what an event makes for a subscription. */
export function deliveryOp(subscription: string, eventId: string): string {
  return `event ${subscription} ${eventId}`;
}

const PLAIN: Omit<Plan, "op"> = {
  workMs: 0,
  failures: 0,
  releases: 0,
  hangsOnce: false,
  padding: "",
};
