import { setTimeout as after } from "node:timers/promises";

/** Waits. For programs that play a load on real processes; tests wait for a signal or for `eventually`. */
export function pause(ms: number): Promise<void> {
  return after(ms);
}
