import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";

/** What a process tells the one that started it once it serves. */
export interface Serving {
  readonly address: string;
  readonly httpAddress: string | null;
}

/** What the processes are told when they are to stop. */
interface Stop {
  readonly stop: NodeJS.Signals;
}

/** How {@link runProcesses} runs. */
export interface ProcessesOptions {
  readonly count: number;
  /** Called once, when all of them serve. */
  readonly onServing: (serving: Serving) => void;
  /** Told when a process ended by itself and another takes its place. */
  readonly onReplaced: (pid: number, status: number | null) => void;
  /** Resolves when all are to stop. */
  readonly stopped: Promise<NodeJS.Signals>;
}

/**
 * Runs this program in so many processes that listen on one address; connections are dealt out among
 * them. One that ends after it served is replaced; one that cannot even start ends all.
 *
 * @returns the exit status: 0, or that of a process that failed
 */
export async function runProcesses(options: ProcessesOptions): Promise<number> {
  // They have standard error in common; what each would say on standard output is said once, here.
  cluster.setupPrimary({ stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const processes = new Processes(options);
  return processes.run();
}

class Processes {
  readonly #options: ProcessesOptions;
  readonly #serving = new Set<Worker>();
  #status = 0;
  #isStopping = false;
  #hasServed = false;

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  async run(): Promise<number> {
    const { count, stopped } = this.#options;
    const first = await this.#begin();
    // One after the other: where the port is free to choose, the first one chooses.
    if (first !== null) {
      for (let more = 1; more < count && !this.#isStopping; more += 1) {
        await this.#begin();
      }
    }
    if (first !== null && !this.#isStopping) {
      this.#hasServed = true;
      this.#options.onServing(first);
    }
    void stopped.then((signal) => this.#stop(signal));
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
    this.#serving.add(worker);
    return serving[0] as Serving;
  }

  #ended(worker: Worker, status: number | null): void {
    const hasServed = this.#serving.delete(worker);
    if (this.#isStopping) {
      this.#status ||= status ?? 1;
    } else if (hasServed && this.#hasServed) {
      this.#options.onReplaced(worker.process.pid ?? 0, status);
      void this.#begin();
    } else {
      this.#status = status ?? 1;
      this.#stop("SIGTERM");
    }
  }

  #stop(signal: NodeJS.Signals): void {
    if (!this.#isStopping) {
      this.#isStopping = true;
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

/** Lets this process end: it would otherwise stay for the one that started it. */
export function leaveOthers(): void {
  cluster.worker?.disconnect();
}

/**
 * Resolves when the process that started this one says so. Signals are left to that one: a terminal
 * sends them to all.
 */
export function nextStop(): Promise<NodeJS.Signals> {
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {});
  }
  return new Promise((resolve) => {
    process.on("message", (message: Partial<Stop>) => {
      if (message.stop !== undefined) {
        resolve(message.stop);
      }
    });
  });
}
