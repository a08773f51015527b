import { newQueue } from "../../beds/bed.ts";
import { grownBy } from "../../measuring/growth.ts";
import { timed } from "../../measuring/measure.ts";
import { CONCURRENCY, PAYLOAD_BYTES, type Question } from "../../question.ts";

const SIZES = [1_000, 3_000, 10_000];

/** Does a task cost more where many others are due at the same moment? */
export const growthDue: Question = {
  name: "growth-due",
  isQuick: false,
  async ask(beds, { rounds }) {
    return grownBy({
      name: "growth-due",
      title: "Cost by delayed tasks that are due at once",
      method:
        "So many tasks wait for one moment; from that moment to the last result recorded. Processor seconds of " +
        "all processes.",
      xLabel: "tasks due at once",
      sizes: SIZES,
      beds: [await beds.redis(), await beds.sqlite()],
      rounds: Math.min(rounds, 3),
      run: async (bed, count) => {
        const queues = [newQueue()];
        await bed.openWorkers({ queues, workers: 1, concurrency: CONCURRENCY });
        const dueAtMs = Date.now() + 1_000 + count / 2;
        await bed.submitDue({ queues, count, payloadBytes: PAYLOAD_BYTES }, dueAtMs);
        await until(dueAtMs - 50);
        return timed(bed, count, () => bed.finish(count));
      },
    });
  },
};

function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}
