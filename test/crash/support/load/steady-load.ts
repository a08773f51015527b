import { monitorEventLoopDelay } from "node:perf_hooks";
import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import { pause } from "../../../support/time/pause.ts";
import { targetOf } from "../programs/settings.ts";

const QUEUE = "steady";
/** Every client does one of each kind, so often. */
const INTERVAL_MS = 20;

/** Something that goes on all the time: how long it once did not, and what went wrong. */
export interface Steadiness {
  readonly count: number;
  /** The longest time between one and the next. */
  readonly longestGapMs: number;
  /** The longest that one took, from its begin to its end. */
  readonly longestMs: number;
  readonly errors: readonly string[];
}

class Pulse {
  readonly errors: string[] = [];
  #count = 0;
  #lastAtMs = performance.now();
  #longestGapMs = 0;
  #longestMs = 0;

  beat(sinceMs: number): void {
    const nowMs = performance.now();
    this.#count += 1;
    this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastAtMs);
    this.#longestMs = Math.max(this.#longestMs, nowMs - sinceMs);
    this.#lastAtMs = nowMs;
  }

  get steadiness(): Steadiness {
    return {
      count: this.#count,
      longestGapMs: Math.round(this.#longestGapMs),
      longestMs: Math.round(this.#longestMs),
      errors: this.errors,
    };
  }
}

/** What goes on in a steady load. */
type What = "submits" | "reads" | "completions" | "results";

/** What a steady load saw. */
export interface SteadyReport {
  readonly pulses: Readonly<Record<What, Steadiness>>;
  /** The longest time that this process itself got no turn: no gap says less. */
  readonly longestStallMs: number;
  /** Handlers that ran for a task that another had run. */
  readonly repeats: number;
}

/** How much load there is. */
export interface SteadyLoadOptions {
  readonly addresses: readonly string[];
  readonly clients: number;
  readonly workers: number;
}

/** Clients and workers of the SDK, with the defaults that everybody has, that work without a pause. */
export class SteadyLoad {
  readonly #clients: TaskClient[];
  readonly #workers: Worker[];
  readonly #submits = new Pulse();
  readonly #reads = new Pulse();
  readonly #completions = new Pulse();
  readonly #results = new Pulse();
  readonly #ran = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<unknown>[] = [];
  readonly #stalls = monitorEventLoopDelay({ resolution: 10 });

  private constructor({ addresses, clients, workers }: SteadyLoadOptions) {
    const address = targetOf(addresses);
    this.#clients = Array.from({ length: clients }, () => new TaskClient({ address }));
    const handler = (_: unknown, { taskId }: { readonly taskId: string }): void => {
      this.#ran.set(taskId, (this.#ran.get(taskId) ?? 0) + 1);
      this.#completions.beat(performance.now());
    };
    this.#workers = Array.from(
      { length: workers },
      () => new Worker({ address, logger: silentLogger, queues: { [QUEUE]: handler } }),
    );
  }

  /** Starts it; resolves once every client and every worker has a dispatcher. */
  static async start(options: SteadyLoadOptions): Promise<SteadyLoad> {
    const load = new SteadyLoad(options);
    for (const worker of load.#workers) {
      load.#running.push(worker.run());
    }
    // What connecting takes is no gap.
    await Promise.all(load.#clients.map((client) => load.#follow(client)));
    load.#stalls.enable();
    for (const client of load.#clients) {
      load.#running.push(load.#work(client));
    }
    return load;
  }

  /** Ends it, and says how it went. */
  async stop(): Promise<SteadyReport> {
    this.#stopping.abort();
    await Promise.all(this.#running.slice(this.#workers.length));
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all(this.#running);
    this.#stalls.disable();
    return {
      pulses: {
        submits: this.#submits.steadiness,
        reads: this.#reads.steadiness,
        completions: this.#completions.steadiness,
        results: this.#results.steadiness,
      },
      longestStallMs: Math.round(this.#stalls.max / 1e6),
      repeats: [...this.#ran.values()].filter((runs) => runs > 1).length,
    };
  }

  async #work(client: TaskClient): Promise<void> {
    const following = new Set<Promise<void>>();
    while (!this.#stopping.signal.aborted) {
      const followed = this.#follow(client);
      following.add(followed);
      void followed.finally(() => following.delete(followed));
      await pause(INTERVAL_MS);
    }
    await Promise.all(following);
  }

  /** Submits a task, reads it, and waits for its result. */
  async #follow(client: TaskClient): Promise<void> {
    const taskId = await this.#timed(this.#submits, () => client.submit(QUEUE, "t", {}));
    if (taskId !== null) {
      await Promise.all([
        this.#timed(this.#reads, () => client.get(taskId.taskId)),
        this.#timed(this.#results, () => client.await(taskId.taskId)),
      ]);
    }
  }

  async #timed<Answer>(pulse: Pulse, call: () => Promise<Answer>): Promise<Answer | null> {
    const sinceMs = performance.now();
    try {
      const answer = await call();
      pulse.beat(sinceMs);
      return answer;
    } catch (error) {
      pulse.errors.push(String(error));
      return null;
    }
  }
}
