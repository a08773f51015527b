import { TaskClient } from "@baton/worker-sdk";
import { type AutomationBed, startAutomationBed } from "../beds/automation-bed.ts";
import { figure, least } from "../measuring/measure.ts";
import type { Question } from "../question.ts";

const SUBSCRIPTIONS = 10;
const BATCH = 100;
const UNDER_WAY = 8;
const WARM_UP = 1_000;
const DATA = "x".repeat(254);
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 5;

/** How many events a second does one dispatcher take and fan out? */
export const events: Question = {
  name: "events",
  isQuick: false,
  async ask(_beds, { tasks }) {
    const figures = [];
    for (const store of ["redis", "sqlite"] as const) {
      const { answered, stored, cpuMicros } = await fanOut(store, tasks / 4);
      const name = `Baton on ${store === "redis" ? "Redis" : "SQLite"}`;
      figures.push(
        figure(`${store}.answered`, `${name}: answered as durable`, "events/s", [answered]),
        figure(`${store}.stored`, `${name}: all tasks stored`, "events/s", [stored], least(1_500)),
        figure(`${store}.cpu`, `${name}: dispatcher`, "CPU-µs an event", [cpuMicros]),
      );
    }
    return {
      name: "events",
      title: `Events for ${SUBSCRIPTIONS} subscriptions`,
      method:
        `One dispatcher makes ${SUBSCRIPTIONS} tasks of every event, each on a queue of its own. Events of 256 bytes, ` +
        `published in batches of ${BATCH}, ${UNDER_WAY} under way; until the last task is stored.`,
      figures,
      ratios: [],
      plots: [],
    };
  },
};

async function fanOut(store: "redis" | "sqlite", count: number) {
  const bed = await startAutomationBed(store, 1);
  const client = new TaskClient({ address: bed.addresses[0] ?? "", timeoutMs: PATIENCE_MS });
  try {
    await subscribe(client);
    await publish(client, "warm-up", WARM_UP);
    return await measured(bed, client, count);
  } finally {
    await client.close();
    await bed.stop();
  }
}

async function measured(bed: AutomationBed, client: TaskClient, count: number) {
  const startCpu = bed.cpuSeconds();
  const startMs = performance.now();
  const lastTaskIds = await publish(client, "measured", count);
  const answeredMs = performance.now() - startMs;
  for (const id of lastTaskIds) {
    await untilStored(client, id);
  }
  const storedMs = performance.now() - startMs;
  return {
    answered: (count * 1_000) / answeredMs,
    stored: (count * 1_000) / storedMs,
    cpuMicros: ((bed.cpuSeconds() - startCpu) * 1e6) / count,
  };
}

async function subscribe(client: TaskClient): Promise<void> {
  for (let index = 0; index < SUBSCRIPTIONS; index += 1) {
    const task = { queue: `q${index}`, type: "book" };
    await client.events.subscribe(`s${index}`, { eventType: "PaymentCompleted", task });
  }
}

/** Publishes so many events; returns the tasks of the last batches, which are stored last. */
async function publish(client: TaskClient, kind: string, total: number): Promise<string[]> {
  let next = 0;
  const last: string[] = [];
  const run = async (): Promise<void> => {
    while (next < total) {
      const from = next;
      next += BATCH;
      const batch = Array.from({ length: Math.min(BATCH, total - from) }, (_, index) => ({
        id: `${kind}-${from + index}`,
        source: "/bench",
        type: "PaymentCompleted",
        data: DATA,
      }));
      const outcomes = await client.events.publishBatch(batch);
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

async function untilStored(client: TaskClient, id: string): Promise<void> {
  const isStored = () =>
    client.get(id as never).then(
      () => true,
      () => false,
    );
  while (!(await isStored())) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
