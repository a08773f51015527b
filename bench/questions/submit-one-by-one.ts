import { IN_FLIGHT } from "../beds/baton-bed.ts";
import { type Bed, newQueue } from "../beds/bed.ts";
import {
  type Contender,
  figuresOf,
  interleaved,
  least,
  ratioOf,
  timed,
} from "../measuring/measure.ts";
import { PAYLOAD_BYTES, type Question } from "../question.ts";

/** How fast are tasks stored that application code submits one by one? */
export const submitOneByOne: Question = {
  name: "submit-one-by-one",
  isQuick: true,
  async ask(beds, effort) {
    const { tasks } = effort;
    const contender = (key: string, label: string, bed: Bed): Contender => ({
      key,
      label,
      run: () => {
        const load = { queues: [newQueue()], count: tasks, payloadBytes: PAYLOAD_BYTES };
        return timed(bed, tasks, () => bed.submit("each", load));
      },
    });
    const contenders = [
      contender("redis", "Baton on Redis, client.submit", await beds.redis()),
      contender("bull", "BullMQ, queue.add", await beds.bull()),
      contender("sqlite", "Baton on SQLite, client.submit", await beds.sqlite()),
    ];
    const measured = await interleaved(contenders, effort);
    return {
      name: "submit-one-by-one",
      title: "Submit, one by one",
      method: `${IN_FLIGHT} loops of application code, each awaiting every submit of its own.`,
      figures: figuresOf(contenders, measured),
      ratios: [
        ratioOf(measured, {
          label: "client.submit : queue.add",
          of: "redis",
          to: "bull",
          what: "perSecond",
          target: least(2),
        }),
      ],
      plots: [],
    };
  },
};
