import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 5;

/**
 * Tries an assertion again and again until it holds, for what becomes true at some time that no signal
 * tells. Returns what it returned; after the time given, throws what it threw last.
 */
export async function eventually<Result>(
  assertion: () => Result | Promise<Result>,
  { withinMs = 3_000 }: { readonly withinMs?: number } = {},
): Promise<Result> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadlineMs) {
        throw error;
      }
    }
    await sleep(PAUSE_MS);
  }
}
