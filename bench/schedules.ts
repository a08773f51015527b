import { TaskClient, type TaskInfo } from "@baton/worker-sdk";
import { machine, quantile, startAutomationBed } from "./automation-bed.ts";

// Whether so many schedules that are due in the same second all fire, once each, and how late: from the
// tick to when the task was stored, both by the store's clock. Three dispatchers on one Redis (or one on
// SQLite). Then, with nothing else to do, how late a schedule of every second is.
const [store = "redis", count = "10000"] = process.argv.slice(2);
const SCHEDULES = Number(count);
const DISPATCHERS = store === "sqlite" ? 1 : 3;
const PUTS_AT_ONCE = 64;
const IDLE_TICKS = 30;
const DAY_MS = 86_400_000;

const bed = await startAutomationBed(store === "sqlite" ? "sqlite" : "redis", DISPATCHERS);
const clients = bed.addresses.map((address) => new TaskClient({ address, timeoutMs: 30_000 }));
const [client] = clients;
if (client === undefined) {
  throw new Error("no dispatcher");
}
console.log(`${machine()}; ${DISPATCHERS} dispatcher(s) on ${store}`);
await sameSecond(client);
await idle(client);
await Promise.all(clients.map((each) => each.close()));
await bed.stop();

async function sameSecond(reader: TaskClient): Promise<void> {
  // Far enough ahead for all of them to be put, also on a busy machine.
  const tickMs = Math.ceil((Date.now() + 15_000 + 8 * SCHEDULES) / 1_000) * 1_000;
  let next = 0;
  const put = async (): Promise<void> => {
    while (next < SCHEDULES) {
      next += 1;
      await clients[next % clients.length]?.schedules.put(`s${next}`, {
        task: { queue: `q${next % 10}`, type: "report" },
        cadence: { everyMs: DAY_MS },
        startTimeMs: tickMs,
      });
    }
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, put));
  const leftMs = tickMs - Date.now();
  if (leftMs < 0) {
    throw new Error(`the schedules were put ${-leftMs} ms too late`);
  }
  await sleep(leftMs - 1_000);
  const startCpu = bed.cpuSeconds();
  await sleep(11_000);
  const cpuSeconds = bed.cpuSeconds() - startCpu;
  const fired: TaskInfo[] = [];
  for (let queue = 0; queue < 10; queue += 1) {
    for await (const task of reader.list({ queue: `q${queue}`, pageSize: 1_000 })) {
      fired.push(task);
    }
  }
  const names = new Set(fired.map(({ labels }) => labels["baton.schedule"]));
  const late = fired.map(({ submittedAtMs }) => submittedAtMs - tickMs);
  console.log(
    `${SCHEDULES} schedules in the same second: ${fired.length} fired, ${names.size} of them different; ${figures(late)}`,
  );
  const each = Math.round((cpuSeconds / SCHEDULES) * 1e6);
  console.log(`the dispatchers used ${cpuSeconds.toFixed(1)} s of processors, ${each} µs a firing`);
}

async function idle(reader: TaskClient): Promise<void> {
  await reader.schedules.put("often", {
    task: { queue: "often", type: "tick" },
    cadence: { cron: "* * * * * *" },
    overlap: "ALLOW",
  });
  await sleep((IDLE_TICKS + 2) * 1_000);
  await reader.schedules.pause("often");
  const late: number[] = [];
  for await (const { submittedAtMs, headers } of reader.list({ queue: "often", pageSize: 1_000 })) {
    late.push(submittedAtMs - Date.parse(headers["baton-fire-time"] ?? ""));
  }
  console.log(`a cron schedule of every second, idle: ${late.length} ticks; ${figures(late)}`);
}

function figures(late: readonly number[]): string {
  const at = (part: number): string => `${Math.round(quantile(late, part))} ms`;
  return `lateness p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
