import { sharedNowMs } from "./load.ts";
import type { Latencies, Stamped } from "./pace.ts";

let latencies: number[] = [];

/** Notes that the handler of a task starts, where its payload says when it was submitted. */
export function noteStart({ sentAtMs }: Partial<Stamped>): void {
  if (sentAtMs !== undefined) {
    latencies.push(sharedNowMs() - sentAtMs);
  }
}

/** Returns how long tasks took from their submit to the start of their handler, ms. */
export async function takeStartLatencies(): Promise<Latencies> {
  const taken = latencies;
  latencies = [];
  return taken;
}
