import type { CpuSeconds } from "../measuring/cpu.ts";
import type { Latencies } from "../programs/pace.ts";

/** How tasks are submitted. `batched`: the fastest way there is. */
export type SubmitWay = "batched" | "many" | "each" | "unary";

/** What to submit. */
export interface Load {
  /** Tasks go to them in turn. */
  readonly queues: readonly string[];
  /** How many in a row go to one of them; 1 where absent. */
  readonly inARow?: number;
  readonly count: number;
  readonly payloadBytes: number;
  /** How many concurrency keys the tasks have in turn; none where absent. Of Baton's `batched` alone. */
  readonly keys?: number;
  /** What the keys' names begin with; `k` where absent. */
  readonly keyPrefix?: string;
}

/** Who works. */
export interface Crew {
  readonly queues: readonly string[];
  readonly workers: number;
  /** How many handlers run at once in each. */
  readonly concurrency: number;
}

/**
 * A system that runs, each of its parts in a process of its own: what keeps the tasks, what hands them
 * out where that is another process, a producer and a worker.
 */
export interface Bed {
  readonly name: string;
  /** Resolves once all tasks are stored. */
  submit(way: SubmitWay, load: Load): Promise<void>;
  /** Resolves once the workers are connected. */
  openWorkers(crew: Crew): Promise<void>;
  /** Resolves once the results of so many tasks are recorded, then lets the workers go. */
  finish(count: number): Promise<void>;
  /** Submits at a steady rate; how long each took until its result was seen, ms. */
  submitAtRate(queue: string, count: number, perSecond: number): Promise<Latencies>;
  /** How long tasks of `submitAtRate` took until their handler started, ms. */
  takeStartLatencies(): Promise<Latencies>;
  /** The processor time that each process has taken. */
  cpu(): CpuSeconds;
  stop(): Promise<void>;
}

let names = 0;

/** Names a queue that nobody used before. */
export function newQueue(): string {
  names += 1;
  return `bench-${process.pid}-${names}`;
}
