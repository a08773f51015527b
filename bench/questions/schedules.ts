import { TaskClient, type TaskInfo } from "@baton/worker-sdk";
import { type AutomationBed, startAutomationBed } from "../beds/automation-bed.ts";
import { figure, most } from "../measuring/measure.ts";
import type { Question } from "../question.ts";
import { quantile } from "../report/figures.ts";
import type { Figure } from "../report/finding.ts";

const SCHEDULES = 10_000;
const DISPATCHERS = 3;
const QUEUES = 10;
const PUTS_AT_ONCE = 64;
/** For a schedule to be put, also on a busy machine. */
const PUT_MS = 4;
const HEAD_START_MS = 5_000;
const AFTER_MS = 10_000;
const IDLE_TICKS = 30;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** How late do schedules fire, and does each fire once? */
export const schedules: Question = {
  name: "schedules",
  isQuick: false,
  async ask() {
    const bed = await startAutomationBed("redis", DISPATCHERS);
    const clients = bed.addresses.map((address) => new TaskClient({ address, timeoutMs: 30_000 }));
    try {
      return {
        name: "schedules",
        title: "Schedules",
        method:
          `${SCHEDULES} schedules that are due in the same second on ${DISPATCHERS} dispatchers and one Redis; ` +
          `then one of every second for ${IDLE_TICKS} s. Lateness is from the tick to when the task was stored.`,
        figures: [...(await sameSecond(bed, clients)), ...(await idle(clients))],
        ratios: [],
        plots: [],
      };
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await bed.stop();
    }
  },
};

async function sameSecond(bed: AutomationBed, clients: readonly TaskClient[]): Promise<Figure[]> {
  const aheadMs = HEAD_START_MS + PUT_MS * SCHEDULES;
  const tickMs = Math.ceil((Date.now() + aheadMs) / SECOND_MS) * SECOND_MS;
  await putAll(clients, tickMs);
  const leftMs = tickMs - Date.now() - SECOND_MS;
  if (leftMs < 0) {
    throw new Error(`the schedules were put ${-leftMs} ms too late`);
  }
  await sleep(leftMs);
  const startCpu = bed.cpuSeconds();
  await sleep(SECOND_MS + AFTER_MS);
  const cpuSeconds = bed.cpuSeconds() - startCpu;
  const fired = await tasksOf(clients);
  const names = new Set(fired.map(({ labels }) => labels["baton.schedule"]));
  const twice = fired.length - names.size;
  return [
    figure("missing", "Schedules that did not fire", "", [SCHEDULES - names.size], most(0)),
    figure("twice", "Schedules that fired twice", "", [twice], most(0)),
    ...lateness(
      "burst",
      "All at once",
      fired.map(({ submittedAtMs }) => submittedAtMs - tickMs),
      2_000,
    ),
    figure("cpu", "Dispatchers", "CPU-µs a firing", [(cpuSeconds / SCHEDULES) * 1e6]),
  ];
}

async function putAll(clients: readonly TaskClient[], tickMs: number): Promise<void> {
  let next = 0;
  const put = async (): Promise<void> => {
    while (next < SCHEDULES) {
      next += 1;
      await clients[next % clients.length]?.schedules.put(`s${next}`, {
        task: { queue: `q${next % QUEUES}`, type: "report" },
        cadence: { everyMs: DAY_MS },
        startTimeMs: tickMs,
      });
    }
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, put));
}

async function tasksOf([client]: readonly TaskClient[]): Promise<TaskInfo[]> {
  const tasks: TaskInfo[] = [];
  for (let queue = 0; queue < QUEUES; queue += 1) {
    for await (const task of client?.list({ queue: `q${queue}`, pageSize: 1_000 }) ?? []) {
      tasks.push(task);
    }
  }
  return tasks;
}

async function idle([client]: readonly TaskClient[]): Promise<Figure[]> {
  await client?.schedules.put("often", {
    task: { queue: "often", type: "tick" },
    cadence: { cron: "* * * * * *" },
    overlap: "ALLOW",
  });
  await sleep((IDLE_TICKS + 2) * SECOND_MS);
  await client?.schedules.pause("often");
  const late: number[] = [];
  for await (const task of client?.list({ queue: "often", pageSize: 1_000 }) ?? []) {
    late.push(task.submittedAtMs - Date.parse(task.headers["baton-fire-time"] ?? ""));
  }
  return lateness("idle", "Every second, idle", late, 1_100);
}

function lateness(key: string, label: string, late: readonly number[], atMost: number): Figure[] {
  const sorted = late.toSorted((one, other) => one - other);
  return [
    figure(`${key}.p50`, `${label}: lateness, p50`, "ms", [quantile(sorted, 0.5)]),
    figure(`${key}.p99`, `${label}: lateness, p99`, "ms", [quantile(sorted, 0.99)], most(atMost)),
  ];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
