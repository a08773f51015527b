import { type Bed, newQueue } from "../beds/bed.ts";
import {
  type Contender,
  figuresOf,
  interleaved,
  least,
  ratioOf,
  timed,
} from "../measuring/measure.ts";
import { CONCURRENCY, PAYLOAD_BYTES, type Question } from "../question.ts";

/** How fast does one worker empty a queue that was filled before? */
export const drain: Question = {
  name: "drain",
  isQuick: true,
  async ask(beds, effort) {
    const { tasks } = effort;
    const contender = (key: string, bed: Bed): Contender => ({
      key,
      label: bed.name,
      run: async () => {
        const queues = [newQueue()];
        await bed.submit("batched", { queues, count: tasks, payloadBytes: PAYLOAD_BYTES });
        return timed(bed, tasks, async () => {
          await bed.openWorkers({ queues, workers: 1, concurrency: CONCURRENCY });
          await bed.finish(tasks);
        });
      },
    });
    const contenders = [
      contender("redis", await beds.redis()),
      contender("bull", await beds.bull()),
      contender("sqlite", await beds.sqlite()),
    ];
    const measured = await interleaved(contenders, effort);
    return {
      name: "drain",
      title: "Drain",
      method:
        `One worker, ${CONCURRENCY} handlers at once that return at once, from its start to the last ` +
        "result recorded.",
      figures: figuresOf(contenders, measured),
      ratios: [
        ratioOf(measured, {
          label: "Baton on Redis : BullMQ",
          of: "redis",
          to: "bull",
          what: "perSecond",
          target: least(3),
        }),
      ],
      plots: [],
    };
  },
};
