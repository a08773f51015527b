import type { Bed } from "../beds/bed.ts";
import type { Effort } from "../question.ts";
import { type Summary, summaryOf } from "../report/figures.ts";
import type { Figure, Ratio, Target } from "../report/finding.ts";
import { type CpuSeconds, cpuBetween, totalOf } from "./cpu.ts";

/** What one run of a load took. */
export interface Sample {
  readonly perSecond: number;
  /** Processor seconds of each process for 10,000 tasks. */
  readonly cpu: CpuSeconds;
  /** The sum of them. */
  readonly cpuTotal: number;
}

/** Times an action that handles so many tasks. */
export async function timed(
  bed: Pick<Bed, "cpu">,
  tasks: number,
  action: () => Promise<unknown>,
): Promise<Sample> {
  const before = bed.cpu();
  const startMs = performance.now();
  await action();
  const tookMs = performance.now() - startMs;
  const between = cpuBetween(before, bed.cpu());
  const cpu = Object.fromEntries(
    Object.entries(between).map(([name, seconds]) => [name, (seconds * 10_000) / tasks]),
  );
  return { perSecond: (tasks * 1_000) / tookMs, cpu, cpuTotal: totalOf(cpu) };
}

/** A contender: what is measured once a round. */
export interface Contender<Measured extends Sample = Sample> {
  readonly key: string;
  readonly label: string;
  readonly run: () => Promise<Measured>;
}

/** The samples of each contender, in the order of the rounds. */
export type Rounds<Measured extends Sample = Sample> = Readonly<
  Record<string, readonly Measured[]>
>;

/**
 * Runs all contenders once a round, one after the other, so that what else the machine does meets all
 * alike; every other round in reverse, so that none is always behind the same one. The rounds that warm up are
 * not counted.
 */
export async function interleaved<Measured extends Sample>(
  contenders: readonly Contender<Measured>[],
  { warmUpRounds, rounds }: Pick<Effort, "warmUpRounds" | "rounds">,
): Promise<Rounds<Measured>> {
  const samples = new Map<string, Measured[]>(contenders.map(({ key }) => [key, []]));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const { key, run } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const sample = await run();
      if (round >= 0) {
        samples.get(key)?.push(sample);
      }
    }
  }
  return Object.fromEntries(samples);
}

/** The rate and the processor time of every contender. */
export function figuresOf(contenders: readonly Contender[], rounds: Rounds): Figure[] {
  return contenders.flatMap(({ key, label }) => {
    const samples = rounds[key] ?? [];
    return [
      figure(
        `${key}.perSecond`,
        label,
        "tasks/s",
        samples.map(({ perSecond }) => perSecond),
      ),
      figure(
        `${key}.cpu`,
        label,
        "CPU-s per 10,000",
        samples.map(({ cpuTotal }) => cpuTotal),
      ),
    ];
  });
}

/** A figure from its values. */
export function figure(
  key: string,
  label: string,
  unit: string,
  values: readonly number[],
  target: Target | null = null,
): Figure {
  return { key, label, unit, summary: summaryOf(values), target };
}

/** What to compare, and with what. */
export interface Comparison {
  readonly label: string;
  readonly of: string;
  readonly to: string;
  readonly what: "perSecond" | "cpuTotal";
  readonly target: Target | null;
}

/** Divides round by round. */
export function ratioOf(rounds: Rounds, comparison: Comparison): Ratio {
  const { label, of, to, what, target } = comparison;
  const others = rounds[to] ?? [];
  const values = (rounds[of] ?? []).map(
    (sample, round) => sample[what] / (others[round]?.[what] ?? Number.NaN),
  );
  const summary: Summary = summaryOf(values);
  return { key: `${of}/${to}.${what}`, label, summary, target };
}

/** At least so much. */
export function least(value: number): Target {
  return { bound: "least", value };
}

/** At most so much. */
export function most(value: number): Target {
  return { bound: "most", value };
}
