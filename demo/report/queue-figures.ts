import { loadBaton, proxyOptions } from "@baton/proto";
import { credentials } from "@grpc/grpc-js";
import { QUEUE } from "../compress.ts";
import type { Snapshot } from "./live-line.ts";

const { QueueService } = loadBaton().baton.v1;

/** Asks the dispatcher how the demo's queue stands. */
export class QueueFigures {
  readonly #client;

  constructor(address: string) {
    this.#client = new QueueService(address, credentials.createInsecure(), proxyOptions(address));
  }

  /** Returns the newest figures; null before the first task is stored. */
  read(): Promise<Snapshot | null> {
    return new Promise((resolve) => {
      this.#client.getQueue({ name: QUEUE }, (error, answer) => {
        const queue = answer?.queue;
        if (error !== null || queue === null || queue === undefined) {
          resolve(null);
          return;
        }
        const [scheduled, ready, running, done, dead] = [
          queue.scheduled,
          queue.ready,
          queue.leased,
          queue.succeeded,
          queue.dead,
        ].map(Number) as [number, number, number, number, number];
        const waiting = scheduled + ready;
        resolve({ total: waiting + running + done + dead, done: done + dead, running, waiting });
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}
