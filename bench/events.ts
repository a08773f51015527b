import { TaskClient } from "@baton/worker-sdk";
import { machine, startAutomationBed } from "./automation-bed.ts";

// How many events a second one dispatcher takes and fans out to ten subscriptions, each with a queue of
// its own. Publishers, dispatcher and store share the machine. Events of 256 bytes, published in batches
// of 100, eight of them under way; the clock stops when the last task is stored.
const [store = "redis", count = "20000"] = process.argv.slice(2);
const EVENTS = Number(count);
const SUBSCRIPTIONS = 10;
const BATCH = 100;
const UNDER_WAY = 8;
const DATA = "x".repeat(254);

const bed = await startAutomationBed(store === "sqlite" ? "sqlite" : "redis", 1);
const client = new TaskClient({ address: bed.addresses[0] ?? "", timeoutMs: 60_000 });
for (let index = 0; index < SUBSCRIPTIONS; index += 1) {
  const task = { queue: `q${index}`, type: "book" };
  await client.events.subscribe(`s${index}`, { eventType: "PaymentCompleted", task });
}
await publish("warm-up", 1_000);
const startCpu = bed.cpuSeconds();
const startMs = performance.now();
const taskIds = await publish("measured", EVENTS);
const answeredMs = performance.now() - startMs;
for (const id of taskIds) {
  while (!(await isStored(id))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const storedMs = performance.now() - startMs;
const perSecond = (ms: number): string => Math.round((EVENTS / ms) * 1_000).toLocaleString("en");
console.log(`${machine()}; ${store}; ${EVENTS} events, ${SUBSCRIPTIONS} subscriptions`);
console.log(`answered as durable: ${perSecond(answeredMs)} events/s`);
console.log(
  `all tasks stored: ${perSecond(storedMs)} events/s, ${Math.round(((EVENTS * SUBSCRIPTIONS) / storedMs) * 1_000).toLocaleString("en")} tasks/s`,
);
const cpuSeconds = bed.cpuSeconds() - startCpu;
console.log(
  `the dispatcher used ${((cpuSeconds / EVENTS) * 1e6).toFixed(0)} µs of a processor an event: ${Math.round(EVENTS / cpuSeconds).toLocaleString("en")} events a processor-second`,
);
await client.close();
await bed.stop();

/** Publishes so many events; returns the tasks of the last batches, which are stored last. */
async function publish(kind: string, total: number): Promise<string[]> {
  let next = 0;
  const last: string[] = [];
  const run = async (): Promise<void> => {
    while (next < total) {
      const from = next;
      next += BATCH;
      const events = Array.from({ length: Math.min(BATCH, total - from) }, (_, index) => ({
        id: `${kind}-${from + index}`,
        source: "/bench",
        type: "PaymentCompleted",
        data: DATA,
      }));
      const outcomes = await client.events.publishBatch(events);
      const refused = outcomes.find(({ error }) => error !== undefined);
      if (refused !== undefined) {
        throw new Error(refused.error?.message);
      }
      if (next + UNDER_WAY * BATCH >= total) {
        last.push(...(outcomes.at(-1)?.receipt?.taskIds ?? []));
      }
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, run));
  return last;
}

async function isStored(id: string): Promise<boolean> {
  return client.get(id as never).then(
    () => true,
    () => false,
  );
}
