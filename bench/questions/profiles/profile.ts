import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BatonBed, startBaton } from "../../beds/baton-bed.ts";
import { newQueue } from "../../beds/bed.ts";
import { cpuBetween } from "../../measuring/cpu.ts";
import { readProfiles } from "../../measuring/cpu-profile.ts";
import { figure } from "../../measuring/measure.ts";
import { type Effort, PAYLOAD_BYTES, type Question } from "../../question.ts";
import type { Figure } from "../../report/finding.ts";
import { submitAndWork } from "../both-at-once.ts";
import { PER_SECOND } from "../latency.ts";

const ROUNDS = 3;
const SECONDS_AT_RATE = 10;
/** Parts that take less are left out. */
const LEAST_PERCENT = 1;
const SHARES =
  "each process under node's own profiler; shares of the time in which a process did anything, starting up left out.";

/** What is profiled. */
interface Scene {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  readonly store: "redis" | "sqlite";
  /** Runs the load; returns what it measured itself. */
  readonly load: (bed: BatonBed, effort: Effort) => Promise<readonly Figure[]>;
}

/** What do the processes spend their time on where there is much to do? */
export const profile = profileOf({
  name: "profile",
  title: "What the time goes into",
  method: `Submit and process at once on Redis, ${SHARES}`,
  store: "redis",
  load: atFullRate,
});

/** And on SQLite? */
export const profileSqlite = profileOf({
  name: "profile-sqlite",
  title: "What the time goes into on SQLite",
  method: `Submit and process at once on SQLite, in the dispatcher's own thread, what SQLite itself does being the store's; ${SHARES}`,
  store: "sqlite",
  load: atFullRate,
});

/** And where there is little to do? */
export const profileLatency = profileOf({
  name: "profile-latency",
  title: `What the time goes into at ${PER_SECOND} tasks a second`,
  method:
    `${PER_SECOND} tasks a second on Redis, each awaited; the processor time that each process takes a task, ` +
    `which is more than the task is on its way; ${SHARES}`,
  store: "redis",
  load: atLowRate,
});

function profileOf({ name, title, method, store, load }: Scene): Question {
  return {
    name,
    isQuick: false,
    async ask(_beds, effort) {
      const folder = mkdtempSync(join(tmpdir(), "baton-profile-"));
      try {
        const bed = await startBaton({ store, profileInto: folder });
        const measured = await load(bed, effort);
        await bed.stop();
        const figures = [...measured, ...sharesOf(folder)];
        return { name, title, method, figures, ratios: [], plots: [] };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function atFullRate(bed: BatonBed, { tasks }: Effort): Promise<Figure[]> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await submitAndWork(bed, tasks, PAYLOAD_BYTES);
  }
  return [];
}

async function atLowRate(bed: BatonBed): Promise<Figure[]> {
  const queue = newQueue();
  const count = PER_SECOND * SECONDS_AT_RATE;
  await bed.openWorkers({ queues: [queue], workers: 1, concurrency: 50 });
  const before = bed.cpu();
  await bed.submitAtRate(queue, count, PER_SECOND);
  const spent = cpuBetween(before, bed.cpu());
  await bed.finish(count);
  return Object.entries(spent).map(([process, seconds]) =>
    figure(`cpu.${process}`, process, "CPU-ms a task", [(1_000 * seconds) / count]),
  );
}

function sharesOf(folder: string): Figure[] {
  return readProfiles(folder).flatMap(({ program, shares }) =>
    shares
      .filter(({ share }) => 100 * share >= LEAST_PERCENT)
      .map(({ part, share }) =>
        figure(`${program}.${part}`, `${program}: ${part}`, "%", [100 * share]),
      ),
  );
}
