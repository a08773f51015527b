import type { Clock } from "@baton/proto/shared";

/**
 * Returns what tells of something at once and then at most once a period, however often it is called.
 * `count` is how often it was called since it told last, this time counted in.
 */
export function atMostEvery<Value>(
  periodMs: number,
  clock: Clock,
  tell: (value: Value, count: number) => void,
): (value: Value) => void {
  let nextMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (value) => {
    count += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs >= nextMs) {
      nextMs = nowMs + periodMs;
      const told = count;
      count = 0;
      tell(value, told);
    }
  };
}
