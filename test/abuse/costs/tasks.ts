import { randomUUID } from "node:crypto";
import { loadBaton } from "@baton/proto";
import { type Caller, type Cost, entries, madeUpId, times } from "../support/cost.ts";

const methods = loadBaton().baton.v1.TaskService.service;
const MEBIBYTE = 1024 * 1024;
const ITEMS = 1_000;
const LINE = 100_000;

/** Makes a queue with a long line, and tasks with large payloads. */
export async function prepare(caller: Caller): Promise<void> {
  for (let n = 0; n < LINE; n += ITEMS) {
    const tasks = times(ITEMS, () => ({ queue: "line", type: "t", labels: { a: "b" } }));
    await caller.call(methods.SubmitBatch, { tasks });
  }
  for (let n = 0; n < 4; n += 1) {
    const payload = Buffer.alloc(MEBIBYTE - 1, n);
    await caller.call(methods.Submit, { task: { queue: "loot", type: "t", payload } });
  }
}

/** A message with many items on a stream, and the wait until each is answered. */
function askedTogether<Request>(
  caller: Caller,
  method: {
    readonly path: string;
    requestSerialize(request: Request): Buffer;
    responseDeserialize(bytes: Buffer): { readonly results: readonly unknown[] };
  },
  request: Request,
): () => Promise<number> {
  const stream = caller.open(method.path);
  const message = method.requestSerialize(request);
  return async () => {
    stream.write(message);
    for (let answered = 0; answered < ITEMS; ) {
      const answer = await stream.next();
      if (answer === null) {
        throw new Error("the stream ended");
      }
      answered += method.responseDeserialize(answer).results.length;
    }
    return message.length;
  };
}

/** A message that is the same each time. */
function same<Request>(
  title: string,
  method: { readonly path: string; requestSerialize(request: Request): Buffer },
  request: Request,
): Cost {
  return {
    title,
    begin: async (caller) => {
      const message = method.requestSerialize(request);
      return () => caller.send(method.path, message);
    },
  };
}

async function submitted(caller: Caller, queue: string): Promise<string> {
  const task = { queue, type: "t" };
  const { receipt } = await caller.ask(methods.Submit, { task });
  return receipt?.taskId ?? "";
}

const many = { headers: entries(32, 1_024), labels: entries(32, 256) };
const specs = (of: (n: number) => object) =>
  times(ITEMS, (n) => ({ queue: "batch", type: "t", ...of(n) }));

export const costs: readonly Cost[] = [
  same("Submit, small", methods.Submit, { task: { queue: "q", type: "t" } }),
  same("Submit, 1 MiB, all headers and labels", methods.Submit, {
    task: { queue: "large", type: "t", payload: Buffer.alloc(MEBIBYTE), ...many },
  }),
  same("SubmitBatch, 1,000 for one queue", methods.SubmitBatch, { tasks: specs(() => ({})) }),
  same("SubmitBatch, 1,000 for as many queues", methods.SubmitBatch, {
    tasks: specs((n) => ({ queue: `wide${n}` })),
  }),
  same("SubmitBatch, 1,000 that are wrong", methods.SubmitBatch, {
    tasks: specs(() => ({ queue: "", type: "", priority: 99, requestId: "\n" })),
  }),
  {
    title: "SubmitBatch, 1,000 with ids, labels, delays",
    begin: async (caller) => () =>
      caller.call(methods.SubmitBatch, {
        tasks: specs(() => ({
          requestId: randomUUID(),
          labels: entries(32, 64),
          delay: { seconds: 1_000 },
        })),
      }),
  },
  {
    title: "SubmitStream, 1,000 for as many queues",
    begin: async (caller) => {
      const tasks = specs((n) => ({ queue: `wide${n}` }));
      const items = tasks.map((task, sequence) => ({ sequence, task }));
      return askedTogether(caller, methods.SubmitStream, { items });
    },
  },
  {
    title: "Get of 1 MiB",
    begin: async (caller) => {
      const { tasks } = await caller.ask(methods.List, { queue: "loot" });
      const message = { taskId: tasks[0]?.id ?? "", includePayload: true };
      return () => caller.call(methods.Get, message);
    },
  },
  {
    title: "Get, made up, each of its own queue",
    begin: async (caller) => (n) => caller.call(methods.Get, { taskId: madeUpId(`no${n}`, n) }),
  },
  same("List, labels that none of 100,000 has", methods.List, {
    queue: "line",
    labels: { ...entries(31, 256), a: "c" },
    pageSize: ITEMS,
  }),
  same("List, a type that none of 100,000 has", methods.List, {
    queue: "line",
    type: "other",
    pageSize: ITEMS,
  }),
  same("List, 1,000 of 100,000", methods.List, { queue: "line", pageSize: ITEMS }),
  same("List, 4 MiB of payloads", methods.List, {
    queue: "loot",
    pageSize: ITEMS,
    includePayload: true,
  }),
  {
    title: "Explain, at the end of 100,000",
    begin: async (caller) => {
      const taskId = await submitted(caller, "line");
      return () => caller.call(methods.Explain, { taskId });
    },
  },
  {
    title: "Cancel, of what waits in 100,000 (and Submit)",
    begin: async (caller) => async () => {
      const taskId = await submitted(caller, "line");
      return caller.call(methods.Cancel, { taskId, reason: "r".repeat(1_024) });
    },
  },
  {
    title: "Redrive, of what is not dead",
    begin: async (caller) => {
      const taskId = await submitted(caller, "line");
      return () => caller.call(methods.Redrive, { taskId });
    },
  },
  {
    title: "RunNow, of what is READY",
    begin: async (caller) => {
      const taskId = await submitted(caller, "line");
      return () => caller.call(methods.RunNow, { taskId });
    },
  },
  {
    title: "Delete, of what is not final",
    begin: async (caller) => {
      const taskId = await submitted(caller, "line");
      return () => caller.call(methods.Delete, { taskId });
    },
  },
  {
    title: "Watch, its first answer, and away",
    begin: async (caller) => {
      const message = methods.Watch.requestSerialize({ taskId: await submitted(caller, "line") });
      return async () => {
        const stream = caller.open(methods.Watch.path);
        stream.end(message);
        await stream.next();
        stream.cancel();
        return message.length;
      };
    },
  },
  {
    title: "Await, made up, each of its own queue",
    begin: async (caller) => (n) => caller.call(methods.Await, { taskId: madeUpId(`no${n}`, n) }),
  },
  {
    title: "AwaitStream, 1,000 made up, of as many queues",
    begin: async (caller) => {
      const items = times(ITEMS, (n) => ({ sequence: n, taskId: madeUpId(`no${n}`, n) }));
      return askedTogether(caller, methods.AwaitStream, { items });
    },
  },
  {
    title: "AwaitStream, 1,000 that wait, forgotten again",
    begin: async (caller) => {
      const { tasks } = await caller.ask(methods.List, { queue: "line", pageSize: ITEMS });
      const stream = caller.open(methods.AwaitStream.path);
      const items = tasks.map(({ id }, sequence) => ({ sequence, taskId: id }));
      const forgets = items.map(({ sequence }) => ({ sequence }));
      const unknown = [{ sequence: ITEMS, taskId: madeUpId("no", 0) }];
      const message = methods.AwaitStream.requestSerialize({ items });
      const after = methods.AwaitStream.requestSerialize({ items: unknown, forgets });
      return async () => {
        stream.write(message);
        stream.write(after);
        await stream.next();
        return message.length + after.length;
      };
    },
  },
];
