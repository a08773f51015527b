import { setTimeout as delay } from "node:timers/promises";
import { TaskClient } from "@baton/worker-sdk";
import type { DemoTasks } from "./compress.ts";
import { listFiles } from "./files.ts";
import type { DemoOptions } from "./options.ts";
import { type Platform, startPlatform } from "./platform.ts";
import type { Program } from "./processes.ts";
import { figuresOf } from "./report/figures.ts";
import { LiveLine, type Snapshot } from "./report/live-line.ts";
import { QueueFigures } from "./report/queue-figures.ts";
import { type Figures, tableOf } from "./report/report.ts";
import { type Strike, Strikes } from "./report/strikes.ts";
import { collect, submitFiles } from "./tasks.ts";
import { shareBetweenTenants } from "./tenants.ts";

const POLL_MS = 50;

/** How long the demo waits without any task finishing before it gives up. */
const STALLED_MS = 60_000;

/**
 * Runs the demo: dispatchers and workers as processes of their own, a task a file, some of the
 * processes killed on the way, every digest checked; then a tenant that floods a queue, and another one.
 *
 * @returns the exit status: 0 only where every task succeeded and everything was shown
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const files = listFiles(options.folder);
  if (files.length === 0) {
    throw new Error(`there are no files below ${options.folder}`);
  }
  const platform = await startPlatform(options.redis);
  try {
    say(`files        ${files.length} below ${options.folder}\n`);
    const figures = await compressAll(options.folder, files, platform);
    say(`\n${tableOf(figures)}\n`);
    say(verdictOf(figures));
    if (options.keep) {
      await keep(platform);
    }
    if (options.json) {
      say(JSON.stringify(figures));
    }
    return figures.problems.length === 0 ? 0 : 1;
  } finally {
    await platform.stop();
  }
}

async function compressAll(
  folder: string,
  files: readonly string[],
  platform: Platform,
): Promise<Figures> {
  const starts = countStarts(platform.workers);
  const client = new TaskClient<DemoTasks>({ address: platform.target });
  try {
    const startedAtMs = performance.now();
    const ids = await submitFiles(client, folder, files);
    await untilFinished(platform, files.length);
    const elapsedMs = performance.now() - startedAtMs;
    return figuresOf({
      folder,
      tasks: await collect(client, ids, folder, files),
      starts,
      elapsedMs,
      servedAfter: await shareBetweenTenants(platform.target),
    });
  } finally {
    await client.close();
  }
}

/** Shows the progress, and kills on the way, until no task is left. */
async function untilFinished(platform: Platform, total: number): Promise<void> {
  const queue = new QueueFigures(platform.target);
  const live = new LiveLine();
  const strikes = new Strikes(strikesOn(platform), total, ({ name, victim }) => {
    live.say(`  ✂ SIGKILL to ${name} (process ${victim.pid})`);
  });
  let newest: Snapshot = { total, done: 0, running: 0, waiting: total };
  let movedAtMs = performance.now();
  while (newest.done < total) {
    await delay(POLL_MS);
    const snapshot = (await queue.read()) ?? newest;
    if (snapshot.done !== newest.done) {
      movedAtMs = performance.now();
    } else if (performance.now() - movedAtMs > STALLED_MS) {
      throw new Error(`no task has finished for ${STALLED_MS / 1_000} s`);
    }
    newest = snapshot;
    strikes.progressed(newest.done);
    live.show(newest);
  }
  live.end(newest);
  queue.close();
}

function strikesOn({ dispatchers, workers }: Platform): Strike[] {
  const [dispatcher, ...others] = dispatchers as [Program, ...Program[]];
  const worker = workers[0] as Program;
  return [
    { name: "worker-1", victim: worker, afterShare: 0.5, whileWorking: true },
    // The only dispatcher is left alone: its store is its own.
    ...(others.length === 0
      ? []
      : [{ name: "dispatcher-1", victim: dispatcher, afterShare: 0.25, whileWorking: false }]),
  ];
}

function countStarts(workers: readonly Program[]): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const worker of workers) {
    worker.onLine((line) => {
      const path = line.startsWith("started ") ? line.slice("started ".length) : null;
      if (path !== null) {
        starts.set(path, (starts.get(path) ?? 0) + 1);
      }
    });
  }
  return starts;
}

async function keep({ target, dispatchers }: Platform): Promise<void> {
  say(`\nwhat is up stays up, on ${target}; Ctrl-C ends it`);
  const interrupted = new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await Promise.race([interrupted, Promise.all(dispatchers.map(({ exited }) => exited))]);
}

function verdictOf({ problems }: Figures): string {
  return problems.length === 0
    ? "  ✓ no task lost, none run twice without a crash, every digest right"
    : problems.map((problem) => `  ✗ ${problem}`).join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
