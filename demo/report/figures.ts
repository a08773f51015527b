import { type FinishedTask, failsFirst } from "../tasks.ts";
import { FAIR_TURNS } from "../tenants.ts";
import { type Figures, percentiles } from "./report.ts";
import { verify } from "./verify.ts";

/** What the figures are made of. */
export interface Observed {
  readonly folder: string;
  readonly tasks: readonly FinishedTask[];
  /** How often the workers said that they begin a file, by its absolute path. */
  readonly starts: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
  /** How many tasks of two tenants had ended when those of the one that was flooded had. */
  readonly servedAfter: number;
}

/** Counts what happened and says what should have been otherwise. */
export function figuresOf(observed: Observed): Figures {
  const { folder, tasks, starts, elapsedMs, servedAfter } = observed;
  const { verified, wrong } = verify(folder, tasks);
  const counts = {
    queued: tasks.length,
    run: sumOf(tasks, ({ info }) => info.deliveries),
    retried: sumOf(tasks, ({ info }) => Math.max(0, info.attempt - 1)),
    redelivered: sumOf(tasks, ({ info }) => info.crashes),
    succeeded: tasks.filter(({ info }) => info.state === "SUCCEEDED").length,
  };
  return {
    files: tasks.length,
    bytes: sumOf(tasks, ({ report }) => report?.bytes ?? 0),
    compressedBytes: sumOf(tasks, ({ report }) => report?.compressedBytes ?? 0),
    ...counts,
    verified,
    elapsedMs: Math.round(elapsedMs),
    waitMs: percentiles(tasks.map(({ info }) => (info.startedAtMs ?? 0) - info.dueAtMs)),
    servedAfter,
    runMs: percentiles(tasks.map(({ info }) => (info.finishedAtMs ?? 0) - (info.startedAtMs ?? 0))),
    problems: [
      ...wrong.map((path) => `the digest of ${path} is wrong`),
      ...tasks.flatMap(endProblem),
      ...tasks.flatMap((task) => startProblem(task, starts)),
      ...countProblems(tasks, counts),
      ...(servedAfter <= FAIR_TURNS ? [] : ["a tenant was starved by the flood of another"]),
    ],
  };
}

function endProblem({ path, info }: FinishedTask): string[] {
  const why = info.lastFailure?.message ?? "nobody says why";
  return info.state === "SUCCEEDED" ? [] : [`${path} is ${info.state}: ${why}`];
}

/** A handler runs once an attempt, and once more for each crash of its worker; never else. */
function startProblem(
  { absolutePath, path, info }: FinishedTask,
  starts: Observed["starts"],
): string[] {
  const started = starts.get(absolutePath) ?? 0;
  // A failed attempt sets the crashes before it to 0: then only the deliveries tell.
  const allowed = info.attempt > 1 ? info.deliveries : info.attempt + info.crashes;
  return started <= allowed ? [] : [`${path} ran ${started} times, not ${allowed}`];
}

function countProblems(
  tasks: readonly FinishedTask[],
  { retried, redelivered }: { readonly retried: number; readonly redelivered: number },
): string[] {
  const expected = tasks.filter((_, index) => failsFirst(index)).length;
  return [
    ...(retried === expected ? [] : [`${retried} retries, not ${expected}`]),
    ...(redelivered > 0 ? [] : ["the killed worker held no task"]),
  ];
}

function sumOf(tasks: readonly FinishedTask[], of: (task: FinishedTask) => number): number {
  return tasks.reduce((total, task) => total + of(task), 0);
}
