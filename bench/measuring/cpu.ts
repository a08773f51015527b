import { readdirSync, readFileSync } from "node:fs";

const NANOSECONDS = 1e9;

/** Processor time of each process by its name, s. */
export type CpuSeconds = Readonly<Record<string, number>>;

/**
 * How much processor time a process has taken, all its threads and what the kernel did for it, s. From
 * what the scheduler keeps of each thread: the sums in `/proc/PID/stat` are of hundredths of a second, too
 * coarse for a thousand tasks. Threads that ended are not in it; none of what is measured ends threads.
 */
export function cpuSecondsOf(pid: number): number {
  let spentNs = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    spentNs += Number(
      readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0],
    );
  }
  return spentNs / NANOSECONDS;
}

/** What was taken between two readings. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]),
  );
}

/** All of it. */
export function totalOf(cpu: CpuSeconds): number {
  return Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
}
