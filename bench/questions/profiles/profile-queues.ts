import { type BatonBed, startBaton } from "../../beds/baton-bed.ts";
import { figure, interleaved, type Sample } from "../../measuring/measure.ts";
import type { Question } from "../../question.ts";
import type { Figure } from "../../report/finding.ts";
import { overQueues } from "../growth/growth-queues.ts";

const FEW = 1;
const MANY = 1_000;
const TASKS = 100_000;
const ROUNDS = 4;
const PROCESSES = ["redis", "dispatcher"];

/** A run of the load, with what was called of Redis' functions meanwhile. */
interface Run extends Sample {
  /** For 1,000 tasks. */
  readonly calls: number;
}

/** What do many queues cost more for? */
export const profileQueues: Question = {
  name: "profile-queues",
  isQuick: false,
  async ask() {
    const bed = await startBaton({ store: "redis" });
    try {
      const contenders = [FEW, MANY].map((size) => {
        const key = String(size);
        return { key, label: key, run: () => runOf(bed, size) };
      });
      const runs = await interleaved(contenders, { warmUpRounds: 1, rounds: ROUNDS });
      return {
        name: "profile-queues",
        title: "What 1,000 queues cost more for",
        method:
          "The load of `growth-queues` on Redis. Every call of the store is about one queue, and takes Redis and the " +
          "dispatcher some time apart from its tasks, so that many queues cost more by the calls that they are more.",
        figures: figuresOf(runs[FEW] ?? [], runs[MANY] ?? []),
        ratios: [],
        plots: [],
      };
    } finally {
      await bed.stop();
    }
  },
};

async function runOf(bed: BatonBed, size: number): Promise<Run> {
  const before = await bed.redisCalls();
  const sample = await overQueues(bed, size, TASKS);
  return { ...sample, calls: ((await bed.redisCalls()) - before) / (TASKS / 1_000) };
}

function figuresOf(few: readonly Run[], many: readonly Run[]): Figure[] {
  const further = many.map(({ calls }, round) => calls - (few[round]?.calls ?? 0));
  const each = PROCESSES.map((process) => {
    const costs = many.map((run, round) => {
      const more = microseconds(run, process) - microseconds(few[round], process);
      return (1_000 * more) / (further[round] ?? Number.NaN);
    });
    return figure(`further.${process}`, `each further call: ${process}`, "CPU-µs", costs);
  });
  return [...ofSize("1 queue", few), ...ofSize("1,000 queues", many), ...each];
}

function ofSize(label: string, runs: readonly Run[]): Figure[] {
  const calls = runs.map((run) => run.calls);
  return [
    figure(`${label}.calls`, `${label}: calls of the store`, "for 1,000 tasks", calls),
    ...PROCESSES.map((process) => {
      const spent = runs.map((run) => microseconds(run, process));
      return figure(`${label}.${process}`, `${label}: ${process}`, "CPU-µs a task", spent);
    }),
  ];
}

function microseconds(sample: Sample | undefined, process: string): number {
  return 100 * (sample?.cpu[process] ?? 0);
}
