import { type Bed, newQueue } from "../../beds/bed.ts";
import { grownBy } from "../../measuring/growth.ts";
import { type Sample, timed } from "../../measuring/measure.ts";
import { PAYLOAD_BYTES, type Question } from "../../question.ts";

const SIZES = [1, 10, 100, 1_000];
/** As many as it takes to subscribe to the most queues, so that only their number differs. */
const WORKERS = 16;
/** A frame's worth: fewer would compare small batches with large ones, not many queues with few. */
const IN_A_ROW = 100;

/** Does a task cost more where there are many queues? */
export const growthQueues: Question = {
  name: "growth-queues",
  isQuick: false,
  async ask(beds, { rounds, tasks: most }) {
    const tasks = Math.max(most, IN_A_ROW * Math.max(...SIZES));
    return grownBy({
      name: "growth-queues",
      title: "Cost by queues",
      method:
        `${tasks} tasks are submitted to so many queues in turn, ${IN_A_ROW} in a row, and taken by ${WORKERS} ` +
        "workers, each of them on all queues or on 64 of them. Processor seconds of all processes.",
      xLabel: "queues",
      sizes: SIZES,
      beds: [await beds.redis(), await beds.sqlite()],
      rounds,
      run: (bed, size) => overQueues(bed, size, tasks),
    });
  },
};

/** Spreads tasks over so many new queues and has them all run. */
export async function overQueues(bed: Bed, size: number, count: number): Promise<Sample> {
  const queues = Array.from({ length: size }, newQueue);
  await bed.openWorkers({ queues, workers: WORKERS, concurrency: 64 });
  const load = { queues, inARow: IN_A_ROW, count, payloadBytes: PAYLOAD_BYTES };
  return timed(bed, count, () => Promise.all([bed.submit("batched", load), bed.finish(count)]));
}
