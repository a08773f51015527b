import { type Bed, newQueue } from "../beds/bed.ts";
import {
  type Contender,
  figure,
  figuresOf,
  interleaved,
  least,
  most,
  type Rounds,
  ratioOf,
  timed,
} from "../measuring/measure.ts";
import { CONCURRENCY, PAYLOAD_BYTES, type Question } from "../question.ts";
import type { Figure } from "../report/finding.ts";

/** How many tasks a second go all the way, and what do they cost? */
export const bothAtOnce: Question = {
  name: "both-at-once",
  isQuick: true,
  async ask(beds, effort) {
    const { tasks } = effort;
    const contender = (key: string, bed: Bed): Contender => ({
      key,
      label: bed.name,
      run: () => submitAndWork(bed, tasks, PAYLOAD_BYTES),
    });
    const contenders = [
      contender("redis", await beds.redis()),
      contender("bull", await beds.bull()),
      contender("sqlite", await beds.sqlite()),
    ];
    const measured = await interleaved(contenders, effort);
    const label = "Baton on Redis : BullMQ";
    return {
      name: "both-at-once",
      title: "Submit and process at once",
      method:
        `A producer submits in batches while one worker, ${CONCURRENCY} handlers at once, takes the tasks; from ` +
        "the first submit to the last result recorded. Processor time is that of all processes.",
      figures: [...figuresOf(contenders, measured), ...cpuFigures(contenders, measured)],
      ratios: [
        ratioOf(measured, {
          label,
          of: "redis",
          to: "bull",
          what: "perSecond",
          target: least(3.5),
        }),
        ratioOf(measured, {
          label: `${label}, CPU-s`,
          of: "redis",
          to: "bull",
          what: "cpuTotal",
          target: most(0.35),
        }),
        ratioOf(measured, {
          label: "Baton on SQLite : Baton on Redis",
          of: "sqlite",
          to: "redis",
          what: "perSecond",
          target: least(1),
        }),
      ],
      plots: [],
    };
  },
};

/** Submits tasks while a worker takes them, until the last result is recorded. */
export async function submitAndWork(bed: Bed, count: number, payloadBytes: number) {
  const queues = [newQueue()];
  await bed.openWorkers({ queues, workers: 1, concurrency: CONCURRENCY });
  return timed(bed, count, () =>
    Promise.all([bed.submit("batched", { queues, count, payloadBytes }), bed.finish(count)]),
  );
}

function cpuFigures(contenders: readonly Contender[], measured: Rounds): Figure[] {
  return contenders.flatMap(({ key, label }) => {
    const samples = measured[key] ?? [];
    return Object.keys(samples[0]?.cpu ?? {}).map((process) =>
      figure(
        `${key}.cpu.${process}`,
        `${label}: ${process}`,
        "CPU-s per 10,000",
        samples.map(({ cpu }) => cpu[process] ?? 0),
      ),
    );
  });
}
