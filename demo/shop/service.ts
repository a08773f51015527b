import { consoleLogger, Worker } from "@baton/worker-sdk";
import { Book } from "./book.ts";

/** What happened to an order, as the order service publishes it. */
export interface Payment {
  readonly orderId: string;
  readonly amount: number;
}

// A service of the shop, in a process of its own: SERVICE is its queue, BOOK its store.
const { SERVICE = "", BOOK = "", BATON_ADDRESS = "", FAILURE_RATE = "0" } = process.env;
const failureRate = Number(FAILURE_RATE);
const book = new Book(BOOK);

/** Fails as often as it was told to, half of the times after the book was written. */
function failSometimes(when: "before" | "after"): void {
  if (Math.random() < failureRate / 2) {
    throw new Error(`${SERVICE} is out of order ${when} the book was written`);
  }
}

const worker = new Worker({
  address: BATON_ADDRESS,
  workerId: `${SERVICE}-${process.pid}`,
  concurrency: 8,
  logger: { ...consoleLogger, debug: () => {}, info: () => {}, warn: () => {} },
  queues: {
    [SERVICE]: (task, { leaseToken, shard, headers }) => {
      failSometimes("before");
      const payment = task.payload as Payment;
      const subject = shard
        ? `${headers["baton-fire-time"]} ${shard.index + 1}/${shard.total}`
        : payment.orderId;
      if (!book.write(task.id, leaseToken, subject, shard ? 0 : payment.amount)) {
        throw new Error("a newer attempt has written already");
      }
      failSometimes("after");
    },
  },
});

const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());
process.stdout.write("working\n");
await worker.run({ signal: stopping.signal });
book.close();
