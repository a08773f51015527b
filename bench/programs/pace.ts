import { setTimeout as sleep } from "node:timers/promises";
import { sharedNowMs } from "./load.ts";

/** How long each took, ms. */
export type Latencies = readonly number[];

/** A payload that says when it was made, on the clock that all processes share. */
export interface Stamped {
  readonly sentAtMs: number;
  readonly text: string;
}

/** Starts an action at a steady rate; returns how long each took to be seen done, ms. */
export async function atRate(
  count: number,
  perSecond: number,
  action: (payload: Stamped) => Promise<void>,
): Promise<Latencies> {
  const startMs = sharedNowMs();
  const latencies: number[] = [];
  const actions: Promise<void>[] = [];
  for (let at = 0; at < count; at += 1) {
    const dueMs = startMs + (at * 1_000) / perSecond;
    const waitMs = dueMs - sharedNowMs();
    if (waitMs > 0) {
      await sleep(waitMs);
    }
    const sentAtMs = sharedNowMs();
    const done = action({ sentAtMs, text: "x".repeat(60) }).then(() => {
      latencies.push(sharedNowMs() - sentAtMs);
    });
    actions.push(done);
  }
  await Promise.all(actions);
  return latencies;
}
