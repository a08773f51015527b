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

/** How fast are tasks stored that come in batches? */
export const submitBatched: Question = {
  name: "submit-batched",
  isQuick: true,
  async ask(beds, effort) {
    const { tasks } = effort;
    const load = (): Parameters<Bed["submit"]>[1] => ({
      queues: [newQueue()],
      count: tasks,
      payloadBytes: PAYLOAD_BYTES,
    });
    const contender = (key: string, label: string, bed: Bed, way: "batched" | "many") => ({
      key,
      label,
      run: () => timed(bed, tasks, () => bed.submit(way, load())),
    });
    const [redis, bull, sqlite] = [await beds.redis(), await beds.bull(), await beds.sqlite()];
    const contenders: Contender[] = [
      contender("redis", "Baton on Redis, SubmitStream", redis, "batched"),
      contender("bull", "BullMQ, addBulk of 100", bull, "batched"),
      contender("redisMany", "Baton on Redis, the SDK's submitMany", redis, "many"),
      contender("sqlite", "Baton on SQLite, SubmitStream", sqlite, "batched"),
    ];
    const measured = await interleaved(contenders, effort);
    const compare = { to: "bull", what: "perSecond" } as const;
    return {
      name: "submit-batched",
      title: "Submit, batched",
      method:
        "Frames of 100 tasks over one SubmitStream with at most 4,000 tasks unanswered, against addBulk " +
        "of 100 with 4 of them under way. Until every task is answered.",
      figures: figuresOf(contenders, measured),
      ratios: [
        ratioOf(measured, {
          ...compare,
          label: "SubmitStream : addBulk",
          of: "redis",
          target: least(2.5),
        }),
        ratioOf(measured, {
          ...compare,
          label: "submitMany : addBulk",
          of: "redisMany",
          target: null,
        }),
      ],
      plots: [],
    };
  },
};
