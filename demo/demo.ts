import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TaskClient } from "@baton/worker-sdk";
import type { DemoTasks } from "./compress.ts";
import { listFiles } from "./files.ts";
import { LiveLine, type Snapshot } from "./live-line.ts";
import type { DemoOptions } from "./options.ts";
import { type Program, startProgram } from "./processes.ts";
import { QueueFigures } from "./queue-figures.ts";
import { type Figures, percentiles, tableOf } from "./report.ts";
import { collect, type FinishedTask, failsFirst, submitFiles } from "./tasks.ts";
import { verify } from "./verify.ts";

const POLL_MS = 50;

/** How long the demo waits without any task finishing before it gives up. */
const STALLED_MS = 60_000;

/**
 * Runs the demo: a dispatcher and two workers as processes of their own, a task a file, one worker
 * killed half-way, every digest checked.
 *
 * @returns the exit status: 0 only where every task succeeded and everything was shown
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), "baton-demo-"));
  const programs: Program[] = [];
  const start = (script: string, args: string[], environment?: NodeJS.ProcessEnv): Program => {
    const program = startProgram(script, args, environment);
    programs.push(program);
    return program;
  };
  try {
    const store = `sqlite:${join(data, "baton.db")}`;
    const dispatcher = start("server/src/main.ts", serveArguments(store));
    const address = await dispatcher.lineAfter("ready ");
    say(`dispatcher  process ${dispatcher.pid}, ${address}, ${store}`);
    const workers = ["worker-1", "worker-2"].map((name) =>
      start("demo/worker.ts", [], { BATON_ADDRESS: address, BATON_WORKER_ID: name }),
    );
    await Promise.all(workers.map((worker) => worker.lineAfter("connected")));
    say(`workers     processes ${workers.map(({ pid }) => pid).join(" and ")}`);
    const figures = await compressAll(options, address, workers);
    if (options.keep) {
      await keep(address, dispatcher);
    }
    if (options.json) {
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
    return figures.problems.length === 0 ? 0 : 1;
  } finally {
    await stopAll(programs);
    rmSync(data, { recursive: true });
  }
}

function serveArguments(store: string): string[] {
  return ["serve", "--listen", "127.0.0.1:0", "--store", store, "--log-level", "warn"];
}

async function compressAll(
  options: DemoOptions,
  address: string,
  workers: readonly Program[],
): Promise<Figures> {
  const files = listFiles(options.folder);
  if (files.length === 0) {
    throw new Error(`there are no files below ${options.folder}`);
  }
  say(`files       ${files.length} below ${options.folder}\n`);
  const client = new TaskClient<DemoTasks>({ address });
  const startedAtMs = performance.now();
  const ids = await submitFiles(client, options.folder, files);
  await untilFinished(address, files.length, workers[0] as Program);
  const elapsedMs = performance.now() - startedAtMs;
  const tasks = await collect(client, ids, files);
  await client.close();
  const figures = figuresOf(options.folder, tasks, elapsedMs);
  say(`\n${tableOf(figures)}\n`);
  for (const problem of figures.problems) {
    say(`  ✗ ${problem}`);
  }
  if (figures.problems.length === 0) {
    say("  ✓ no task lost, every digest right");
  }
  return figures;
}

/** Shows the progress until no task is left; kills the worker once half of them are done. */
async function untilFinished(address: string, total: number, victim: Program): Promise<void> {
  const queue = new QueueFigures(address);
  const live = new LiveLine();
  let hasKilled = false;
  let newest: Snapshot = { total, done: 0, running: 0, waiting: total };
  let movedAtMs = performance.now();
  victim.onLine((line) => {
    if (!hasKilled && newest.done >= total / 2 && line.startsWith("started ")) {
      hasKilled = true;
      victim.signal("SIGKILL");
      live.say(`  ✂ SIGKILL to worker-1 (process ${victim.pid}) as it ${line}`);
    }
  });
  while (newest.done < total) {
    await delay(POLL_MS);
    const snapshot = (await queue.read()) ?? newest;
    if (snapshot.done !== newest.done) {
      movedAtMs = performance.now();
    } else if (performance.now() - movedAtMs > STALLED_MS) {
      throw new Error(`no task has finished for ${STALLED_MS / 1_000} s`);
    }
    newest = snapshot;
    live.show(newest);
  }
  live.end(newest);
  queue.close();
}

function figuresOf(folder: string, tasks: readonly FinishedTask[], elapsedMs: number): Figures {
  const sum = (of: (task: FinishedTask) => number): number =>
    tasks.reduce((total, task) => total + of(task), 0);
  const { verified, wrong } = verify(folder, tasks);
  const succeeded = tasks.filter(({ info }) => info.state === "SUCCEEDED").length;
  const retried = sum(({ info }) => Math.max(0, info.attempt - 1));
  const redelivered = sum(({ info }) => info.crashes);
  const expectedRetries = tasks.filter((_, index) => failsFirst(index)).length;
  const problems = [
    ...wrong.map((path) => `the digest of ${path} is wrong`),
    ...tasks
      .filter(({ info }) => info.state !== "SUCCEEDED")
      .map(({ path, info }) => `${path} is ${info.state}: ${info.lastFailure?.message}`),
    ...(retried === expectedRetries ? [] : [`${retried} retries, not ${expectedRetries}`]),
    ...(redelivered > 0 ? [] : ["the killed worker held no task"]),
  ];
  return {
    files: tasks.length,
    bytes: sum(({ report }) => report?.bytes ?? 0),
    compressedBytes: sum(({ report }) => report?.compressedBytes ?? 0),
    queued: tasks.length,
    run: sum(({ info }) => info.deliveries),
    retried,
    redelivered,
    succeeded,
    verified,
    elapsedMs: Math.round(elapsedMs),
    waitMs: percentiles(tasks.map(({ info }) => (info.startedAtMs ?? 0) - info.dueAtMs)),
    runMs: percentiles(tasks.map(({ info }) => (info.finishedAtMs ?? 0) - (info.startedAtMs ?? 0))),
    problems,
  };
}

async function keep(address: string, dispatcher: Program): Promise<void> {
  say(`\nthe dispatcher stays up on ${address}; Ctrl-C ends it`);
  const interrupted = new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await Promise.race([interrupted, dispatcher.exited]);
}

async function stopAll(programs: readonly Program[]): Promise<void> {
  // Workers first: they have somewhere to give back what they hold.
  for (const program of [...programs].reverse()) {
    program.signal("SIGTERM");
    await program.exited;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
