import type { Clock } from "@baton/proto/shared";

/** Waits for the promise, but no longer than so many milliseconds. Returns whether it came in time. */
export async function within(
  clock: Clock,
  limitMs: number,
  promise: Promise<unknown>,
): Promise<boolean> {
  let giveUp = (): void => {};
  const timeout = new Promise<boolean>((resolve) => {
    giveUp = () => resolve(false);
  });
  const timer = clock.after(limitMs, giveUp);
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    timer.cancel();
  }
}
