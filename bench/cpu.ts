import { readFileSync } from "node:fs";

// Linux counts processor time in hundredths of a second, whatever the kernel's own tick.
const TICKS_A_SECOND = 100;
const UTIME_FIELD = 11;

/** Processor time of each process by its name, s. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** How much processor time a process has taken, all threads and what the kernel did for it, s. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name in parentheses may hold anything; the fields after it are numbers.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME_FIELD]) + Number(fields[UTIME_FIELD + 1])) / TICKS_A_SECOND;
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
