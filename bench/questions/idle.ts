import { newQueue } from "../bed.ts";
import { cpuBetween } from "../cpu.ts";
import { figure } from "../measure.ts";
import type { Question } from "../question.ts";

const SECONDS = 10;
const SETTLE_MS = 5_000;

/** What does it cost to have nothing to do? */
export const idle: Question = {
  name: "idle",
  isQuick: false,
  async ask(beds) {
    const figures = [];
    for (const bed of [await beds.redis(), await beds.sqlite()]) {
      await bed.openWorkers({ queues: [newQueue()], workers: 1, concurrency: 10 });
      await sleep(SETTLE_MS);
      const before = bed.cpu();
      await sleep(SECONDS * 1_000);
      for (const [process, seconds] of Object.entries(cpuBetween(before, bed.cpu()))) {
        const percent = (100 * seconds) / SECONDS;
        figures.push(
          figure(`${bed.name}.${process}`, `${bed.name}: ${process}`, "% of a core", [percent]),
        );
      }
      await bed.finish(0);
    }
    return {
      name: "idle",
      title: "Idle",
      method: `One worker is connected and nothing is submitted, for ${SECONDS} s; the queues of the other questions are there too.`,
      figures,
      ratios: [],
      plots: [],
    };
  },
};

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
