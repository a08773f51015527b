import { LIMITS } from "@baton/proto/shared";

// Room for times up to the year 2109, and with the priority above them still far from 2^53.
const PRIORITY_STEP = 2 ** 42;

/**
 * A task's place as one number: smaller is leased first (G8). Ties go to the smaller `seq`, the earlier
 * submit.
 */
export function placeOf(priority: number, firstDueAtMs: number): number {
  return (LIMITS.maxPriority - priority) * PRIORITY_STEP + firstDueAtMs;
}

/** The priority that a place has. */
export function priorityOfPlace(place: number): number {
  return LIMITS.maxPriority - Math.floor(place / PRIORITY_STEP);
}

/** The places of a priority: from the first, up to the second (excluded). */
export function placesOf(priority: number): readonly [from: number, to: number] {
  return [placeOf(priority, 0), placeOf(priority, PRIORITY_STEP)];
}

/** When a task of a place was first due. */
export function firstDueOfPlace(place: number): number {
  return place % PRIORITY_STEP;
}
