import assert from "node:assert/strict";
import { loadBaton } from "@baton/proto";
import { type QueueKeyInfo, TaskClient } from "@baton/worker-sdk";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";

type Answer = (request: Record<string, unknown>) => object;

/** `QueueService` of a dispatcher that says what a test wants. */
class ScriptedQueues {
  readonly requests: { readonly method: string; readonly request: Record<string, unknown> }[] = [];
  readonly #server = new Server();
  #answers: Readonly<Record<string, Answer>> = {};

  async start(): Promise<string> {
    const { service } = loadBaton().baton.v1.QueueService;
    const handlers = Object.keys(service).map((method) => [
      method,
      (call: ServerUnaryCall<Record<string, unknown>, object>, done: sendUnaryData<object>) => {
        this.requests.push({ method, request: call.request });
        done(null, this.#answers[method]?.(call.request) ?? {});
      },
    ]);
    this.#server.addService(service, Object.fromEntries(handlers));
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return `127.0.0.1:${port}`;
  }

  answer(answers: Readonly<Record<string, Answer>>): void {
    this.#answers = answers;
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

describe("A client's queues", () => {
  let service: ScriptedQueues;
  let client: TaskClient;
  beforeEach(async () => {
    service = new ScriptedQueues();
    client = new TaskClient({ address: await service.start() });
  });
  afterEach(async () => {
    await client?.close();
    service?.stop();
  });

  it("are updated by a mask of what was given: null takes back, what is not given stays", async () => {
    service.answer({ UpdateQueue: ({ name }) => ({ queue: { name } }) });
    await client.queues.update("partner", {
      paused: false,
      concurrencyLimit: 5,
      maxBacklog: null,
      rateLimit: { tasks: 100, periodMs: 60_000, burst: 5 },
      keyRateLimit: null,
      retry: { maxAttempts: 2 },
      retentionMs: 0,
      onDead: "HOLD",
    });
    const [{ request } = assert.fail("nothing came")] = service.requests;
    assert.deepEqual((request.updateMask as { paths: string[] }).paths, [
      "paused",
      "max_backlog",
      "concurrency_limit",
      "rate_limit",
      "key_rate_limit",
      "on_dead",
      "retry_policy",
      "retention",
    ]);
    const settings = request.settings as Record<string, unknown>;
    assert.equal(settings.paused, false);
    assert.equal(settings.concurrencyLimit, 5);
    assert.equal("maxBacklog" in settings, false);
    assert.equal("keyWeight" in settings, false);
    assert.equal(settings.keyRateLimit, null);
    assert.equal(settings.onDead, "ON_DEAD_HOLD");
    assert.deepEqual(settings.retention, { seconds: "0", nanos: 0 });
    const { tasks, period, burst } = settings.rateLimit as Record<string, unknown>;
    assert.deepEqual(
      { tasks, period, burst },
      {
        tasks: 100,
        period: { seconds: "60", nanos: 0 },
        burst: 5,
      },
    );
  });

  it("are listed page by page, with those of which the store says nothing", async () => {
    service.answer({
      ListQueues: ({ pageToken }) =>
        pageToken === ""
          ? { queues: [{ name: "a", ready: 3, blocked: 2 }], nextPageToken: "more" }
          : { queues: [], unanswered: ["b"] },
    });
    const seen: unknown[] = [];
    for await (const { name, ready, blocked, error } of client.queues.list()) {
      seen.push({ name, ready, blocked, isRead: error === "" });
    }
    assert.deepEqual(seen, [
      { name: "a", ready: 3, blocked: 2, isRead: true },
      { name: "b", ready: 0, blocked: 0, isRead: false },
    ]);
  });

  it("are deleted until nothing is left", async () => {
    const answers = [
      { deleted: false, more: true },
      { deleted: true, more: false },
      { deleted: false, more: false },
    ];
    service.answer({ DeleteQueue: () => answers.shift() ?? {} });
    assert.equal(await client.queues.delete("old", { purge: true }), true);
    assert.equal(await client.queues.delete("old"), false);
    assert.deepEqual(
      service.requests.map(({ request }) => request.purge),
      [true, true, false],
    );
  });

  it("tell dead tasks by failure over all queues, the most first", async () => {
    service.answer({
      CountDead: ({ pageToken }) =>
        pageToken === ""
          ? {
              groups: [
                { queue: "a", failureType: "Late", tasks: 3 },
                { queue: "a", failureType: "Broken", tasks: 2 },
                { queue: "a", failureType: "", tasks: 1 },
              ],
              nextPageToken: "more",
            }
          : { groups: [{ queue: "b", failureType: "Broken", tasks: 4 }], unanswered: ["c"] },
    });
    assert.deepEqual(await client.queues.deadByFailure(), {
      groups: [
        {
          failureType: "Broken",
          tasks: 6,
          queues: [
            { queue: "b", tasks: 4 },
            { queue: "a", tasks: 2 },
          ],
        },
        { failureType: "Late", tasks: 3, queues: [{ queue: "a", tasks: 3 }] },
        { failureType: undefined, tasks: 1, queues: [{ queue: "a", tasks: 1 }] },
      ],
      unanswered: ["c"],
    });
    await assert.rejects(client.queues.deadByFailure({ queue: "a b" }), /queue/);
  });

  it("tell their keys, also where a page has none", async () => {
    const key = { key: "blue", waiting: 5, leased: 1, blockedBy: "QUEUE_KEY_BLOCK_RATE" };
    service.answer({
      ListQueueKeys: ({ pageToken }) =>
        pageToken === ""
          ? { keys: [], nextPageToken: "more" }
          : { keys: [{ ...key, remaining: { seconds: 1, nanos: 5e8 }, settings: { weight: 3 } }] },
    });
    const keys: QueueKeyInfo[] = [];
    for await (const each of client.queues.keys("calls", { filter: "blocked" })) {
      keys.push(each);
    }
    assert.deepEqual(keys, [
      {
        key: "blue",
        settings: { weight: 3, paused: false },
        waiting: 5,
        leased: 1,
        blockedBy: "RATE",
        remainingMs: 1_500,
        oldestReadyAgeMs: undefined,
      },
    ]);
    assert.deepEqual(
      service.requests.map(({ request }) => request.filter),
      ["QUEUE_KEY_FILTER_BLOCKED", "QUEUE_KEY_FILTER_BLOCKED"],
    );
  });

  it("refuse a name that is misspelled, which would take back what it means", async () => {
    const misspelled = { wieght: 3, rateLimit: { tasks: 5, perMs: 60_000 } } as object;
    await assert.rejects(client.queues.putKey("calls", "blue", misspelled), (error: Error) =>
      ["settings.wieght", "settings.rateLimit.perMs"].every((name) => error.message.includes(name)),
    );
    assert.deepEqual(service.requests, []);
  });

  it("take a key's settings back as a whole", async () => {
    await client.queues.putKey("calls", "blue", { weight: 3, rateLimit: { tasks: 5 } });
    await client.queues.clearKey("calls", "blue");
    const sent = service.requests.map(({ request }) => request.settings);
    assert.equal((sent[0] as { weight: number }).weight, 3);
    assert.equal(sent[1], null);
  });
});
