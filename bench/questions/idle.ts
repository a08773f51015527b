import { type BatonOptions, startBaton } from "../beds/baton-bed.ts";
import { newQueue } from "../beds/bed.ts";
import { cpuBetween } from "../measuring/cpu.ts";
import { figure } from "../measuring/measure.ts";
import type { Question } from "../question.ts";
import type { Figure } from "../report/finding.ts";

const SECONDS = 10;
const SETTLE_MS = 5_000;
const QUEUES = [1, 64];

/** What does it cost to have nothing to do? */
export const idle: Question = {
  name: "idle",
  isQuick: false,
  async ask() {
    const figures: Figure[] = [];
    for (const store of ["redis", "sqlite"] as const) {
      for (const queues of QUEUES) {
        figures.push(...(await idleness(store, queues)));
      }
    }
    return {
      name: "idle",
      title: "Idle",
      method:
        `One worker is connected to so many queues that had a task each before, and nothing happens for ${SECONDS} s. ` +
        "Percent of one core.",
      figures,
      ratios: [],
      plots: [],
    };
  },
};

async function idleness(store: BatonOptions["store"], count: number): Promise<Figure[]> {
  const bed = await startBaton({ store });
  try {
    const queues = Array.from({ length: count }, newQueue);
    await bed.openWorkers({ queues, workers: 1, concurrency: 10 });
    await bed.submit("batched", { queues, count, payloadBytes: 100 });
    await sleep(SETTLE_MS);
    const before = bed.cpu();
    await sleep(SECONDS * 1_000);
    return Object.entries(cpuBetween(before, bed.cpu())).map(([process, seconds]) => {
      const label = `${bed.name}, ${count} ${count === 1 ? "queue" : "queues"}: ${process}`;
      return figure(`${store}.${count}.${process}`, label, "%", [(100 * seconds) / SECONDS]);
    });
  } finally {
    await bed.stop();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
