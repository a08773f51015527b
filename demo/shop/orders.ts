import { BatonError, TaskClient } from "@baton/worker-sdk";
import { Book } from "./book.ts";
import type { Payment } from "./service.ts";

// The order service, in a process of its own: takes PAYMENTS payments, writes each into its own book and
// publishes it until that is answered.
const { PAYMENTS = "0", BOOK = "", BATON_ADDRESS = "", PAUSE_MS = "0" } = process.env;
const PUBLISHERS = 8;
const RETRY_MS = 100;
const REPORT_EVERY = 10;

const book = new Book(BOOK);
const client = new TaskClient({ address: BATON_ADDRESS, timeoutMs: 2_000 });
const total = Number(PAYMENTS);
let next = 0;
let published = 0;

await Promise.all(Array.from({ length: PUBLISHERS }, publishOrders));
await client.close();
book.close();

async function publishOrders(): Promise<void> {
  while (next < total) {
    next += 1;
    const payment = { orderId: `order-${next}`, amount: 1 + ((next * 37) % 500) };
    book.write(payment.orderId, 1, payment.orderId, payment.amount);
    await publish(payment);
    published += 1;
    if (published % REPORT_EVERY === 0 || published === total) {
      process.stdout.write(`published ${published}\n`);
    }
    await sleep(Number(PAUSE_MS));
  }
}

/** Publishes one event, again and again where its answer was lost: that changes nothing. */
async function publish(payment: Payment): Promise<void> {
  for (;;) {
    try {
      await client.events.publish({
        id: payment.orderId,
        source: "/shop/orders",
        type: "PaymentCompleted",
        data: payment,
      });
      return;
    } catch (error) {
      if (!(error instanceof BatonError && isPassing(error))) {
        throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

function isPassing({ code }: BatonError): boolean {
  return code === "UNAVAILABLE" || code === "DEADLINE_EXCEEDED" || code === "RESOURCE_EXHAUSTED";
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
