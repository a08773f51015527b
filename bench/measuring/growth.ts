import type { Bed } from "../beds/bed.ts";
import { summaryOf } from "../report/figures.ts";
import type { Figure, Finding, Plot, Ratio } from "../report/finding.ts";
import { figure, type Sample } from "./measure.ts";

/** What is to grow, and what is run at each size. */
export interface Growth<System extends Bed> {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  readonly xLabel: string;
  readonly sizes: readonly number[];
  readonly beds: readonly System[];
  readonly rounds: number;
  readonly run: (bed: System, size: number) => Promise<Sample>;
}

/** Measures the processor time of a task at each size, the sizes in turn, after a round that warms up. */
export async function grownBy<System extends Bed>(growth: Growth<System>): Promise<Finding> {
  const { name, title, method, sizes, beds } = growth;
  const costs = await measured(growth);
  const lines = beds.map((bed) => ({
    label: bed.name,
    points: sizes.map((size) => ({
      x: size,
      y: summaryOf(costs.get(keyOf(bed, size)) ?? []).median,
    })),
  }));
  const plot: Plot = {
    name,
    title,
    xLabel: growth.xLabel,
    yLabel: "CPU-s per 10,000",
    lines,
  };
  const figures = beds.flatMap((bed) =>
    sizes.map((size): Figure => {
      const label = `${bed.name}, ${size.toLocaleString("en-US")}`;
      return figure(keyOf(bed, size), label, "CPU-s per 10,000", costs.get(keyOf(bed, size)) ?? []);
    }),
  );
  return {
    name,
    title,
    method,
    figures,
    ratios: beds.map((bed) => steepness(bed, growth, costs)),
    plots: [plot],
  };
}

async function measured<System extends Bed>({ beds, sizes, rounds, run }: Growth<System>) {
  const costs = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const size of sizes) {
      for (const bed of beds) {
        const { cpuTotal } = await run(bed, size);
        if (round > 0) {
          const key = keyOf(bed, size);
          costs.set(key, [...(costs.get(key) ?? []), cpuTotal]);
        }
      }
    }
  }
  return costs;
}

/** How much more a task costs at the largest size than at the smallest. */
function steepness<System extends Bed>(
  bed: System,
  { sizes }: Growth<System>,
  costs: ReadonlyMap<string, readonly number[]>,
): Ratio {
  const [first, last] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  const firsts = costs.get(keyOf(bed, first)) ?? [];
  const values = (costs.get(keyOf(bed, last)) ?? []).map(
    (cost, round) => cost / (firsts[round] ?? Number.NaN),
  );
  return {
    key: `${bed.name}.steepness`,
    label: `${bed.name}: at ${last.toLocaleString("en-US")} : at ${first.toLocaleString("en-US")}`,
    summary: summaryOf(values),
    target: { bound: "most", value: 1.15 },
  };
}

function keyOf(bed: Bed, size: number): string {
  return `${bed.name.replaceAll(" ", "-")}.${size}`;
}
