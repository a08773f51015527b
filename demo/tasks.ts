import { join } from "node:path";
import type { TaskClient, TaskInfo, TaskToSubmit } from "@baton/worker-sdk";
import { type CompressReport, type DemoTasks, QUEUE, TYPE } from "./compress.ts";

const FAIL_EVERY = 8;

/** A task of the demo after its end. */
export interface FinishedTask {
  /** The file, relative to the demo's folder. */
  readonly path: string;
  readonly absolutePath: string;
  readonly info: TaskInfo;
  /** Null where the task did not succeed. */
  readonly report: CompressReport | null;
}

/** Whether the demo makes the first attempt at the nth file fail. */
export function failsFirst(index: number): boolean {
  return index % FAIL_EVERY === 0;
}

/** Submits a task a file over one stream; returns the tasks' ids, in the files' order. */
export async function submitFiles(
  client: TaskClient<DemoTasks>,
  folder: string,
  files: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  const tasks = files.map(
    (path, index): TaskToSubmit<DemoTasks> => ({
      queue: QUEUE,
      type: TYPE,
      payload: { path: join(folder, path), failures: failsFirst(index) ? 1 : 0 },
      labels: { path: Buffer.from(path).subarray(0, 200).toString("utf8").toWellFormed() },
      retry: { initialBackoffMs: 200 },
    }),
  );
  for await (const outcome of client.submitMany(tasks)) {
    if (outcome.kind === "refused") {
      throw outcome.error;
    }
    ids.push(outcome.taskId);
  }
  return ids;
}

/** Collects every task of the demo's queue after its end, in the files' order. */
export async function collect(
  client: TaskClient<DemoTasks>,
  ids: readonly string[],
  folder: string,
  files: readonly string[],
): Promise<FinishedTask[]> {
  const infos = new Map<string, TaskInfo>();
  for await (const info of client.list({ queue: QUEUE, pageSize: 1_000 })) {
    infos.set(info.id, info);
  }
  return ids.map((id, index) => {
    const info = infos.get(id);
    if (info === undefined) {
      throw new Error(`task ${id} is lost`);
    }
    const report = (client.decode(info.result) ?? null) as CompressReport | null;
    const path = files[index] ?? "";
    return { path, absolutePath: join(folder, path), info, report };
  });
}
