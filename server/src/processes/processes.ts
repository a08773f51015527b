import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import type { Clock } from "@baton/proto/shared";
import { Restarts } from "./restarts.ts";
import { ignoreSignals } from "./signals.ts";

/** What a process tells the one that started it once it serves. */
export interface Serving {
  readonly address: string;
  readonly httpAddress: string | null;
}

/** What the processes are told when they are to stop. */
interface Stop {
  readonly stop: NodeJS.Signals;
}

/** A process that ended by itself and whose place another takes. */
interface Replaced {
  readonly pid: number;
  /** Null where a signal ended it. */
  readonly status: number | null;
  /** Whether it had served. */
  readonly hasServed: boolean;
  /** In how many milliseconds another starts. */
  readonly delayMs: number;
}

/** How {@link runProcesses} runs. */
export interface ProcessesOptions {
  readonly count: number;
  readonly clock: Clock;
  /** Called once, when all of them serve. */
  readonly onServing: (serving: Serving) => void;
  readonly onReplaced: (replaced: Replaced) => void;
  /** Resolves when all are to stop. */
  readonly stopped: Promise<NodeJS.Signals>;
}

/**
 * Runs this program in so many processes that listen on one address; connections are dealt out among
 * them. Until all of them serve, one that cannot start ends all; from then on each that ends is replaced,
 * with back-off and whatever became of the one before, and the others go on.
 *
 * @returns the exit status: 0, or that of a process that failed at the start or, having served, when all
 *   were stopped
 */
export async function runProcesses(options: ProcessesOptions): Promise<number> {
  // They have standard error in common; what each would say on standard output is said once, here.
  cluster.setupPrimary({ stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const processes = new Processes(options);
  return processes.run();
}

class Processes {
  readonly #options: ProcessesOptions;
  /** Since when each serves. */
  readonly #servingSinceMs = new Map<Worker, number>();
  readonly #restarts: Restarts;
  #status = 0;
  #isStopping = false;
  #haveServed = false;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.clock, Math.random);
  }

  async run(): Promise<number> {
    const { count, stopped, onServing } = this.#options;
    void stopped.then((signal) => this.#stop(signal));
    const first = await this.#begin();
    // One after the other: where the port is free to choose, the first one chooses.
    for (let more = 1; more < count && !this.#isStopping; more += 1) {
      await this.#begin();
    }
    if (first !== null && !this.#isStopping) {
      this.#haveServed = true;
      onServing(first);
      await stopped;
    }
    await this.#allEnded();
    return this.#status;
  }

  /** Resolves once it serves; null where it ended before. */
  async #begin(): Promise<Serving | null> {
    const worker = cluster.fork();
    const ended = once(worker, "exit").then(() => null);
    worker.once("exit", (status: number | null) => this.#ended(worker, status));
    const serving = await Promise.race([ended, once(worker, "message")]);
    if (serving === null) {
      return null;
    }
    this.#servingSinceMs.set(worker, this.#options.clock.monotonicMs());
    return serving[0] as Serving;
  }

  #ended(worker: Worker, status: number | null): void {
    const sinceMs = this.#servingSinceMs.get(worker);
    this.#servingSinceMs.delete(worker);
    if (this.#isStopping) {
      // A replacement that could not start had nothing to stop, so that its status says nothing of the stop.
      const hadToStop = sinceMs !== undefined || !this.#haveServed;
      this.#status ||= hadToStop ? (status ?? 1) : 0;
    } else if (this.#haveServed) {
      this.#replace(worker, status, sinceMs);
    } else {
      this.#status = status ?? 1;
      this.#stop("SIGTERM");
    }
  }

  #replace({ process: { pid = 0 } }: Worker, status: number | null, sinceMs?: number): void {
    const { clock, onReplaced } = this.#options;
    const servedMs = sinceMs === undefined ? 0 : clock.monotonicMs() - sinceMs;
    const delayMs = this.#restarts.after(servedMs, () => void this.#begin());
    onReplaced({ pid, status, hasServed: sinceMs !== undefined, delayMs });
  }

  #stop(signal: NodeJS.Signals): void {
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#restarts.cancel();
      for (const worker of Object.values(cluster.workers ?? {})) {
        worker?.send({ stop: signal } satisfies Stop);
      }
    }
  }

  async #allEnded(): Promise<void> {
    for (;;) {
      const [worker] = Object.values(cluster.workers ?? {});
      if (worker === undefined) {
        return;
      }
      await once(worker, "exit");
      // The list is a turn behind.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Whether this process is one of those that {@link runProcesses} started. */
export function isOneOfSeveral(): boolean {
  return cluster.isWorker;
}

/** Tells the process that started this one that it serves. */
export function tellServing(serving: Serving): void {
  process.send?.(serving);
}

/** Resolves when the process that started this one says so; signals are left to that one. */
export function nextStop(): Promise<NodeJS.Signals> {
  ignoreSignals();
  return new Promise((resolve) => {
    process.on("message", (message: Partial<Stop>) => {
      if (message.stop !== undefined) {
        resolve(message.stop);
      }
    });
  });
}
