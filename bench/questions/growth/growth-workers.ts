import { newQueue } from "../../beds/bed.ts";
import { grownBy } from "../../measuring/growth.ts";
import { timed } from "../../measuring/measure.ts";
import { PAYLOAD_BYTES, type Question } from "../../question.ts";

const SIZES = [1, 10, 100, 500];
/** Of each worker: what is added is workers, not smaller ones. */
const HANDLERS = 16;

/** Does a task cost more where there are many workers? */
export const growthWorkers: Question = {
  name: "growth-workers",
  isQuick: false,
  async ask(beds, { rounds, tasks: most }) {
    const tasks = most / 2;
    return grownBy({
      name: "growth-workers",
      title: "Cost by connected workers",
      method:
        `${tasks} tasks are submitted to one queue and taken by so many workers, each with a connection and a ` +
        `stream of its own and ${HANDLERS} handlers at once. Processor seconds of all processes.`,
      xLabel: "connected workers",
      sizes: SIZES,
      beds: [await beds.redis(), await beds.sqlite()],
      rounds,
      run: async (bed, size) => {
        const queues = [newQueue()];
        await bed.openWorkers({ queues, workers: size, concurrency: HANDLERS });
        const load = { queues, count: tasks, payloadBytes: PAYLOAD_BYTES };
        return timed(bed, tasks, () =>
          Promise.all([bed.submit("batched", load), bed.finish(tasks)]),
        );
      },
    });
  },
};
