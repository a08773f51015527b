import { type Bed, newQueue } from "../../beds/bed.ts";
import { grownBy } from "../../measuring/growth.ts";
import { timed } from "../../measuring/measure.ts";
import { CONCURRENCY, PAYLOAD_BYTES, type Question } from "../../question.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** Does a task cost more where many others wait? */
export const growthWaiting: Question = {
  name: "growth-waiting",
  isQuick: false,
  async ask(beds, { rounds, tasks: most }) {
    const tasks = most / 2;
    const queues = new Map<string, string>();
    return grownBy({
      name: "growth-waiting",
      title: "Cost by waiting tasks",
      method:
        `${tasks} tasks are submitted to a queue and as many taken from it while so many others wait there ` +
        "all the time. Processor seconds of all processes.",
      xLabel: "tasks that wait in the queue",
      sizes: SIZES,
      beds: [await beds.redis(), await beds.sqlite()],
      rounds,
      run: async (bed, size) => {
        const key = `${bed.name} ${size}`;
        const queue = queues.get(key) ?? (await filledQueue(bed, size));
        queues.set(key, queue);
        await bed.openWorkers({ queues: [queue], workers: 1, concurrency: CONCURRENCY });
        const load = { queues: [queue], count: tasks, payloadBytes: PAYLOAD_BYTES };
        return timed(bed, tasks, () =>
          Promise.all([bed.submit("batched", load), bed.finish(tasks)]),
        );
      },
    });
  },
};

async function filledQueue(bed: Bed, size: number): Promise<string> {
  const queue = newQueue();
  await bed.submit("batched", { queues: [queue], count: size, payloadBytes: PAYLOAD_BYTES });
  return queue;
}
