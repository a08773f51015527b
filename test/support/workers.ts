import { silentLogger, Worker, type WorkerOptions } from "@baton/worker-sdk";
import type { ManualClock } from "./time/manual-clock.ts";
import { pause } from "./time/pause.ts";

interface Running {
  readonly worker: Worker;
  readonly ended: Promise<unknown>;
  readonly clock: ManualClock | undefined;
  hasEnded: boolean;
}

/** Workers of one test, which are all stopped at its end. */
export class Workers {
  readonly #running: Running[] = [];
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  /** Starts a worker that says nothing and does not wait long for anything. */
  start(
    options: Partial<WorkerOptions> & Pick<WorkerOptions, "queues">,
    clock?: ManualClock,
  ): Worker {
    const worker = new Worker(
      {
        address: this.#address,
        logger: silentLogger,
        drainTimeoutMs: 50,
        stopTimeoutMs: 4_000,
        ...options,
      },
      clock,
    );
    const ended = worker.run().catch((error: unknown) => error);
    const running: Running = { worker, ended, clock, hasEnded: false };
    void ended.then(() => {
      running.hasEnded = true;
    });
    this.#running.push(running);
    return worker;
  }

  /** Resolves with what the worker's `run` rejected with; undefined where it resolved. */
  async end(worker: Worker): Promise<unknown> {
    return this.#running.find((each) => each.worker === worker)?.ended;
  }

  /** Stops every worker; one that cannot be stopped is not this one's matter. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#running.map(async (running) => {
        running.worker.stop().catch(() => {});
        while (!running.hasEnded) {
          running.clock?.advance(100);
          await pause(1);
        }
      }),
    );
  }
}
