import { setTimeout as after } from "node:timers/promises";

/**
 * Waits, or until the signal aborts. For programs that play a load on real processes; tests wait for a
 * signal or for `eventually`.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await after(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) {
      throw error;
    }
  }
}
