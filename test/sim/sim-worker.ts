import type { Channel, ChannelOptions } from "@grpc/grpc-js";
import { type Handler, ReleaseTaskError } from "../../worker-sdk/src/index.ts";
import { Worker } from "../../worker-sdk/src/worker/worker.ts";
import type { Happening } from "../crash/support/history/events.ts";
import { type Plan, QUEUES } from "../crash/support/load/plan.ts";
import { recordLeaseStreams } from "../crash/support/load/wire-recorder.ts";
import type { SimNetwork } from "./sim-network.ts";
import { SimProcess, type SimTime } from "./sim-time.ts";

/** Stands for a connection of grpc-js where none is needed. */
const NO_CHANNEL = { close() {} } as unknown as Channel;

/** A worker process: the real SDK on simulated time and a simulated network. */
export class SimWorker {
  readonly process: SimProcess;
  readonly #worker: Worker;
  readonly #released = new Set<string>();

  constructor(options: {
    readonly time: SimTime;
    readonly name: string;
    readonly network: SimNetwork;
    readonly record: (happening: Happening) => void;
    readonly concurrency: number;
  }) {
    const { time, name, network, record, concurrency } = options;
    this.process = new SimProcess(time, name);
    const recordAlive = (happening: Happening): void => {
      if (!this.process.isDead) {
        record(happening);
      }
    };
    const handler: Handler = (task, context) =>
      this.#handle(task.payload as Plan, context.attempt, context.signal, task.id).then(() => ({
        token: context.leaseToken,
        by: name,
      }));
    this.#worker = new Worker(
      {
        address: "simulated",
        workerId: name,
        concurrency,
        drainTimeoutMs: 5_000,
        logger: { debug() {}, info() {}, warn() {}, error() {} },
        channelOptions: {
          channelOverride: NO_CHANNEL,
          interceptors: [
            recordLeaseStreams(name, recordAlive),
            network.interceptorFor(this.process),
          ],
        } as unknown as ChannelOptions,
        queues: Object.fromEntries(QUEUES.map((queue) => [queue, handler])),
      },
      this.process.clock,
    );
  }

  start(): void {
    void this.#worker.run().catch(() => {});
  }

  /** Ends as on SIGTERM; the process is gone once the worker is. */
  stop(onGone: () => void): void {
    const gone = (): void => {
      this.process.die();
      onGone();
    };
    void this.#worker.stop().then(gone, gone);
  }

  async #handle(plan: Plan, attempt: number, signal: AbortSignal, taskId: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.process.after(plan.workMs, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    signal.throwIfAborted();
    if (plan.releases > 0 && !this.#released.has(taskId)) {
      this.#released.add(taskId);
      throw new ReleaseTaskError(0);
    }
    if (attempt <= plan.failures) {
      throw new Error(`fails in attempt ${attempt}`);
    }
  }
}
