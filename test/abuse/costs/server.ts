import { loadBaton } from "@baton/proto";
import { type Caller, type Cost, times } from "../support/cost.ts";

const { QueueService, TaskService } = loadBaton().baton.v1;
const QUEUES = 20_000;
const ITEMS = 1_000;
const EVENTS = "/v1/events";
const STRUCTURED = "application/cloudevents+json";
const NOTHING = Buffer.alloc(0);
const REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const HEALTH = "/grpc.health.v1.Health";

/** Makes very many queues. */
export async function prepare(caller: Caller): Promise<void> {
  for (let n = 0; n < QUEUES; n += ITEMS) {
    const tasks = times(ITEMS, (at) => ({ queue: `queue${n + at}`, type: "t" }));
    await caller.call(TaskService.service.SubmitBatch, { tasks });
  }
}

/** A message of one text in a field. */
function text(field: number, value: string): Buffer {
  return Buffer.from([(field << 3) | 2, value.length, ...Buffer.from(value)]);
}

function reflected(title: string, message: Buffer): Cost {
  return {
    title,
    begin: async (caller) => {
      const stream = caller.open(REFLECTION);
      return async () => {
        stream.write(message);
        await stream.next();
        return message.length;
      };
    },
  };
}

function fetched(title: string, path: string): Cost {
  return { title, begin: async (caller) => () => caller.http("GET", path, "", NOTHING) };
}

function published(title: string, type: string, body: Buffer, atOnce = 1): Cost {
  return { title, atOnce, begin: async (caller) => () => caller.http("POST", EVENTS, type, body) };
}

/** A structured event whose data is a list, as large as asked for, of one thing. */
function listOf(item: string, bytes: number): Buffer {
  const head = '{"specversion":"1.0","id":"1","source":"/s","type":"t","data":[';
  return Buffer.from(`${head}${item.repeat((bytes - 100) / item.length)}0]}`);
}

const NEARLY_4_MIB = 4 * 1024 * 1024;
const NEARLY_1_MIB = 1024 * 1024;
const small = '{"specversion":"1.0","id":"1","source":"/s","type":"t"},';

export const costs: readonly Cost[] = [
  {
    title: "GetQueue",
    begin: async (caller) => () => caller.call(QueueService.service.GetQueue, { name: "queue1" }),
  },
  {
    title: "ListQueues, 1,000 of 20,000",
    begin: async (caller) => () =>
      caller.call(QueueService.service.ListQueues, { pageSize: ITEMS }),
  },
  fetched("GET /metrics, 20,000 queues", "/metrics"),
  fetched("GET /readyz", "/readyz"),
  published("POST 4 MiB of [-0,-0,…]", STRUCTURED, listOf("-0,", NEARLY_4_MIB)),
  published("POST 4 MiB of [-0,-0,…], eight at once", STRUCTURED, listOf("-0,", NEARLY_4_MIB), 8),
  published("POST 1 MiB of [19.90,…]", STRUCTURED, listOf("19.90,", NEARLY_1_MIB)),
  published("POST 1 MiB of [[[…", STRUCTURED, listOf("[", NEARLY_1_MIB)),
  published(
    "POST a batch of 4 MiB of small events",
    "application/cloudevents-batch+json",
    Buffer.from(`[${small.repeat(NEARLY_4_MIB / small.length - 1)}{}]`),
  ),
  published(
    "POST a batch of 1,000 small events",
    "application/cloudevents-batch+json",
    Buffer.from(`[${small.repeat(ITEMS - 1)}${small.slice(0, -1)}]`),
  ),
  reflected("Reflection, the file of a symbol", text(4, "baton.v1.TaskService")),
  reflected("Reflection, all services", text(7, "*")),
  {
    title: "Health Check, 100 at once",
    atOnce: 100,
    begin: async (caller) => () => caller.send(`${HEALTH}/Check`, NOTHING),
  },
  {
    title: "Health Watch, its first answer, and away",
    begin: async (caller) => async () => {
      const stream = caller.open(`${HEALTH}/Watch`);
      stream.end(NOTHING);
      await stream.next();
      stream.cancel();
      return 0;
    },
  },
];
