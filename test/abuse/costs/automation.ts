import { loadBaton } from "@baton/proto";
import { type Caller, type Cost, entries, times } from "../support/cost.ts";

const { EventService, ScheduleService } = loadBaton().baton.v1;
const events = EventService.service;
const schedules = ScheduleService.service;
const MEBIBYTE = 1024 * 1024;
const ITEMS = 1_000;
const ALL = 64;
const FIRINGS = 30;

type Event = NonNullable<Parameters<typeof events.Publish.requestSerialize>[0]["event"]>;

const eventOf = (id: string, type: string): Event => ({ id, source: "/s", type });
const labelled = { ...eventOf("", "labelled"), extensions: entries(32, 1_000) };

/** Makes as many subscriptions as one type may make tasks by, others with many filters, and schedules. */
export async function prepare(caller: Caller): Promise<void> {
  for (let n = 0; n < ALL; n += 1) {
    const task = { queue: `points${n}`, type: "t", headers: entries(16, 512) };
    const subscription = { name: `all${n}`, eventType: "all", task };
    await caller.call(events.PutSubscription, { subscription });
  }
  for (let n = 0; n < ITEMS - ALL; n += 1) {
    const task = { queue: "filtered", type: "t" };
    const attributes = { ...entries(31, 1_000), k31: `not${n}` };
    const subscription = { name: `none${n}`, eventType: "label*", attributes, task };
    await caller.call(events.PutSubscription, { subscription });
  }
  const sharded = { queue: "sharded", type: "t" };
  const schedule = {
    name: "sharded",
    task: sharded,
    fixedRate: { seconds: 86_400 },
    staticShards: ITEMS,
  };
  await caller.call(schedules.PutSchedule, { schedule });
  for (let n = 0; n < FIRINGS; n += 1) {
    await caller.call(schedules.TriggerSchedule, { name: "sharded", requestId: `r${n}` });
  }
  for (let n = 0; n < ITEMS; n += 1) {
    const each = { name: `idle${n}`, task: sharded, fixedRate: { seconds: 86_400 } };
    await caller.call(schedules.PutSchedule, { schedule: each });
  }
}

/** Puts a schedule by a cron expression, which differs where it says `%`. */
function cron(title: string, expression: string, timeZone: string): Cost {
  return {
    title,
    begin: async (caller) => (n) => {
      const written = expression.replace("%", `${n % 60}`);
      const task = { queue: "cron", type: "t" };
      const schedule = { name: "cron", task, cron: { expression: written, timeZone } };
      return caller.call(schedules.PutSchedule, { schedule });
    },
  };
}

const everySecond = times(60, String).join(",");

export const costs: readonly Cost[] = [
  {
    title: "Publish, 1 MiB, nobody wants it",
    begin: async (caller) => (n) => {
      const event = { ...eventOf(`n${n}`, "none"), data: Buffer.alloc(MEBIBYTE) };
      return caller.call(events.Publish, { event });
    },
  },
  {
    title: "Publish, small, 64 subscriptions",
    begin: async (caller) => (n) => caller.call(events.Publish, { event: eventOf(`s${n}`, "all") }),
  },
  {
    title: "Publish, 1 MiB, 64 subscriptions",
    begin: async (caller) => (n) => {
      const event = { ...eventOf(`m${n}`, "all"), data: Buffer.alloc(MEBIBYTE) };
      return caller.call(events.Publish, { event });
    },
  },
  {
    title: "PublishBatch, 1,000, 64 subscriptions",
    begin: async (caller) => (n) => {
      const batch = times(ITEMS, (at) => eventOf(`b${n}-${at}`, "all"));
      return caller.call(events.PublishBatch, { events: batch });
    },
  },
  {
    title: "PublishBatch, 100 past 936 that filter 32 attributes",
    begin: async (caller) => (n) => {
      const batch = times(100, (at) => ({ ...labelled, id: `f${n}-${at}` }));
      return caller.call(events.PublishBatch, { events: batch });
    },
  },
  {
    title: "PutSubscription, among 1,000, and a Publish",
    begin: async (caller) => async (n) => {
      const task = { queue: "changing", type: "t" };
      const subscription = { name: "changing", eventType: `e${n}`, task };
      const bytes = await caller.call(events.PutSubscription, { subscription });
      return bytes + (await caller.call(events.Publish, { event: eventOf(`c${n}`, "none") }));
    },
  },
  {
    title: "ListSubscriptions, 1,000",
    begin: async (caller) => () => caller.call(events.ListSubscriptions, { pageSize: ITEMS }),
  },
  cron("PutSchedule, the 30th of February", "% 0 30 2 *", "UTC"),
  cron("PutSchedule, never, in a zone with summer time", "% 0 30 2 +1", "Europe/Berlin"),
  cron("PutSchedule, 29th of February and Monday", "% 0 29 2 +1", "Europe/Berlin"),
  cron("PutSchedule, 256 bytes", `${everySecond} % 0 29 2 *`, "Europe/Berlin"),
  {
    title: "ListSchedules, 1,000",
    begin: async (caller) => () => caller.call(schedules.ListSchedules, { pageSize: ITEMS }),
  },
  {
    title: "ListFirings, of 1,000 shards each",
    begin: async (caller) => () =>
      caller.call(schedules.ListFirings, { name: "sharded", pageSize: ITEMS }),
  },
  {
    title: "TriggerSchedule, 1,000 shards",
    begin: async (caller) => (n) =>
      caller.call(schedules.TriggerSchedule, { name: "sharded", requestId: `t${n}` }),
  },
];
