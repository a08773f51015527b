import { createHash } from "node:crypto";
import { SeededRandom } from "../../../support/seeded-random.ts";

/** What a task's handler is to do; a task's payload, as JSON. */
export interface Plan {
  readonly op: string;
  readonly workMs: number;
  /** How many attempts fail before one succeeds. */
  readonly failures: number;
  /** How many leases are given back before one is worked on. */
  readonly releases: number;
  /** Whether the first worker that gets it never comes to an end. */
  readonly hangsOnce: boolean;
  /** Makes payloads of different lengths. */
  readonly padding: string;
}

/** What a submitter asks for. */
export interface PlannedTask {
  readonly plan: Plan;
  readonly queue: string;
  readonly requestId: string;
  /** Empty for none. */
  readonly concurrencyKey: string;
  readonly orderingKey: string;
  readonly delayMs: number;
  readonly maxAttempts: number;
  readonly maxCrashes: number;
}

/** The queues of a chaos run. */
export const QUEUES = ["alpha", "beta"] as const;

/** The concurrency keys of a chaos run; the first has most of the tasks. */
export const KEYS = ["acme", "bolt", "core"] as const;
/** How many ordering keys there are within each. */
const LINES = 4;

/** Decides what a task is to be. Some fail for good, some are given back, most just succeed. */
export function planTask(op: string, random: SeededRandom): PlannedTask {
  const isDoomed = random.chance(0.03);
  return {
    plan: {
      op,
      workMs: random.chance(0.25) ? random.between(200, 900) : random.between(0, 60),
      failures: isDoomed ? 9 : random.chance(0.15) ? random.between(1, 2) : 0,
      releases: random.chance(0.08) ? 1 : 0,
      hangsOnce: false,
      padding: "x".repeat(
        random.chance(0.05) ? random.between(10_000, 60_000) : random.between(0, 100),
      ),
    },
    queue: random.pick(QUEUES),
    requestId: random.chance(0.85) ? op : "",
    ...keysOf(op),
    delayMs: random.chance(0.15) ? random.between(50, 1_500) : 0,
    maxAttempts: isDoomed ? 2 : 4,
    // Chaos must not bury tasks that nothing is wrong with.
    maxCrashes: 100,
  };
}

/** The name alone decides, so that the rest of a seed's plans is as it was before there were keys. */
function keysOf(op: string): Pick<PlannedTask, "concurrencyKey" | "orderingKey"> {
  const random = new SeededRandom(createHash("sha256").update(op).digest().readUInt32LE());
  const concurrencyKey = random.chance(0.6) ? random.pick([KEYS[0], ...KEYS]) : "";
  const orderingKey = random.chance(0.3) ? `line-${random.between(1, LINES)}` : "";
  return { concurrencyKey, orderingKey };
}
