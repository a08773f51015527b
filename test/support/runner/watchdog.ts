import { Worker } from "node:worker_threads";

/** How long one test file may run; the longest takes about a minute. */
const FILE_LIMIT_MS = Number(process.env.BATON_TEST_FILE_LIMIT_MS ?? 300_000);

let thread: Worker | null = null;

/**
 * Watches the run of a test file from another thread. Should it take too long, even in a loop that
 * never comes back, standard error tells the file and where it is, and this process ends with
 * status 70: a run that hangs becomes a failure that can be read.
 */
export function watch(file: string): void {
  thread ??= startThread();
  thread.postMessage(file);
}

/** Ends the watch: the file is done. */
export function unwatch(): void {
  thread?.postMessage(null);
}

function startThread(): Worker {
  const worker = new Worker(new URL("watchdog-thread.ts", import.meta.url), {
    workerData: FILE_LIMIT_MS,
  });
  worker.unref();
  return worker;
}
