import assert from "node:assert/strict";
import { BatonError, TaskClient } from "@baton/worker-sdk";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) {
    collected.push(item);
  }
  return collected;
}

describe("A client's submits", () => {
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient;
  before(async () => {
    dispatcher = await startTestDispatcher();
  });
  beforeEach(() => {
    client = new TaskClient({ address: dispatcher.address });
  });
  afterEach(() => client?.close());
  after(() => dispatcher?.stop());

  it("store a task with all that was said about it", async () => {
    const { taskId, deduplicated } = await client.submit(
      "all",
      "resize",
      { width: 7 },
      {
        requestId: "r-1",
        headers: { tenant: "a" },
        labels: { "app/zone": "b" },
        priority: 9,
        delayMs: 3_600_000,
        retry: { maxAttempts: 3, nonRetryableTypes: ["Bad"] },
        attemptTimeoutMs: 5_000,
        retentionMs: 60_000,
      },
    );
    assert.equal(deduplicated, false);
    const task = await client.get(taskId, { includePayload: true });
    assert.equal(task.id, taskId);
    assert.equal(task.queue, "all");
    assert.equal(task.type, "resize");
    assert.equal(task.state, "SCHEDULED");
    assert.equal(task.priority, 9);
    assert.deepEqual(client.decode(task.payload), { width: 7 });
    assert.deepEqual(task.headers, { tenant: "a" });
    assert.deepEqual(task.labels, { "app/zone": "b" });
    assert.equal(task.requestId, "r-1");
    assert.equal(task.maxAttempts, 3);
    assert.equal(task.dueAtMs - task.submittedAtMs, 3_600_000);
    assert.equal(task.finishedAtMs, undefined);
  });

  it("return the first task where the request id is known", async () => {
    const options = { requestId: "once" };
    const first = await client.submit("dedup", "t", { a: 1 }, options);
    const again = await client.submit("dedup", "t", { a: 1 }, options);
    assert.deepEqual(again, { taskId: first.taskId, deduplicated: true });
  });

  it("are refused where the request id belongs to something else", async () => {
    const options = { requestId: "taken" };
    const { taskId } = await client.submit("dedup", "t", { a: 1 }, options);
    await assert.rejects(client.submit("dedup", "t", { a: 2 }, options), (error) => {
      assert.ok(error instanceof BatonError);
      assert.equal(error.code, "ALREADY_EXISTS");
      assert.equal(error.reason, "REQUEST_ID_REUSED");
      assert.equal(error.metadata.task_id, taskId);
      assert.equal(error.metadata.fields, "payload");
      return true;
    });
  });

  it("are refused by the dispatcher with the field's path in the task, whatever travelled with it", async () => {
    const [, ordered, keyed] = await Promise.allSettled([
      client.submit("paths", "t", 1),
      client.submit("paths", "t", 1, { orderingKey: "o\u0007" }),
      client.submit("paths", "t", 1, { concurrencyKey: "o\u0007" }),
    ]);
    for (const [settled, field] of [
      [ordered, "task.ordering_key"],
      [keyed, "task.concurrency_key"],
    ] as const) {
      assert.ok(settled?.status === "rejected" && settled.reason instanceof BatonError);
      assert.deepEqual(
        settled.reason.violations.map((violation) => violation.field),
        [field],
      );
      assert.equal(settled.reason.message, `${field} has a control character`);
    }
  });

  it("take JSON whose keys come in another order for another payload, and name the field", async () => {
    const options = { requestId: "order" };
    await client.submit("dedup", "t", { a: 1, b: 2 }, options);
    await assert.rejects(client.submit("dedup", "t", { b: 2, a: 1 }, options), (error) => {
      assert.ok(error instanceof BatonError && error.reason === "REQUEST_ID_REUSED");
      assert.equal(error.metadata.fields, "payload");
      return true;
    });
    const sooner = client.submit("dedup", "t", { a: 1, b: 2 }, { ...options, priority: 9 });
    await assert.rejects(
      sooner,
      /: the request id "order" belongs to a task with another priority$/,
    );
  });

  it("create a task each where they name no request id, however alike", async () => {
    const receipts = await Promise.all(
      Array.from({ length: 20 }, () => client.submit("alike", "t", {})),
    );
    assert.equal(new Set(receipts.map(({ taskId }) => taskId)).size, 20);
    assert.ok(receipts.every(({ deduplicated }) => !deduplicated));
  });

  it("say what became of each of many, in order", async () => {
    const outcomes = await collect(
      client.submitMany([
        { queue: "many", type: "t", payload: 1, requestId: "a" },
        { queue: "many", type: "t", payload: 2, requestId: "a" },
        { queue: "many", type: "t", payload: 3, priority: 10 },
        { queue: "many", type: "t", payload: 4 },
      ]),
    );
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.kind === "stored" ? "stored" : outcome.error.reason)),
      ["stored", "REQUEST_ID_REUSED", "INVALID_FIELD", "stored"],
    );
  });

  for (const source of ["stream", "list"]) {
    it(`take tasks from a ${source} only as fast as they are answered`, async () => {
      let taken = 0;
      let yielded = 0;
      await using slow = new TaskClient({ address: dispatcher.address, maxInFlight: 5 });
      function* list() {
        for (; taken < 50; taken += 1) {
          assert.ok(taken - yielded <= 5, `${taken} taken, ${yielded} answered`);
          yield { queue: source, type: "t", payload: taken };
        }
      }
      async function* stream() {
        yield* list();
      }
      for await (const outcome of slow.submitMany(source === "list" ? list() : stream())) {
        assert.equal(outcome.kind, "stored");
        yielded += 1;
      }
      assert.equal(yielded, 50);
    });
  }

  it("say what became of a task while the source waits to be told before it gives another", async () => {
    const told = deferred();
    async function* tasks() {
      yield { queue: "told", type: "t", payload: 1 };
      yield { queue: "told", type: "t", payload: 2 };
      await told.promise;
      yield { queue: "told", type: "t", payload: 3 };
    }
    let yielded = 0;
    for await (const outcome of client.submitMany(tasks())) {
      assert.equal(outcome.kind, "stored");
      yielded += 1;
      if (yielded === 2) {
        told.resolve();
      }
    }
    assert.equal(yielded, 3);
  });

  it("end where nobody wants more outcomes, whatever the source waits for", async () => {
    const never = deferred();
    let isLeft = false;
    async function* tasks() {
      try {
        yield { queue: "never", type: "t", payload: 1 };
        await never.promise;
      } finally {
        isLeft = true;
      }
    }
    for await (const _ of client.submitMany(tasks())) {
      break;
    }
    never.resolve();
    await eventually(() => assert.ok(isLeft));
  });

  it("throw what a source throws that is waited for, after what became of the tasks before", async () => {
    async function* tasks() {
      yield { queue: "broken", type: "t", payload: 1 };
      await told.promise;
      throw new Error("the source broke");
    }
    const told = deferred();
    const outcomes = client.submitMany(tasks());
    assert.equal((await outcomes.next()).value?.kind, "stored");
    told.resolve();
    await assert.rejects(outcomes.next(), /the source broke/);
  });

  it("let go of the source of tasks where nobody wants more outcomes", async () => {
    let isLeft = false;
    function* tasks() {
      try {
        for (;;) {
          yield { queue: "left", type: "t", payload: 1 };
        }
      } finally {
        isLeft = true;
      }
    }
    for await (const _ of client.submitMany(tasks())) {
      break;
    }
    assert.ok(isLeft);
  });

  it("throw what the source of tasks throws", async () => {
    function* tasks() {
      yield { queue: "source", type: "t", payload: 1 };
      throw new Error("the source broke");
    }
    await assert.rejects(collect(client.submitMany(tasks())), /the source broke/);
  });

  it("store nothing twice where the answers are lost and the stream is sent again", async () => {
    const proxy = await FaultProxy.open(dispatcher.port);
    try {
      await using cut = new TaskClient({ address: proxy.address });
      await cut.submit("cut", "t", "first");
      proxy.set({ swallowReplies: true });
      const receipts = Promise.all(
        Array.from({ length: 30 }, (_, index) => cut.submit("cut", "t", { index })),
      );
      await eventually(async () => {
        assert.equal((await collect(client.list({ queue: "cut" }))).length, 31);
      });
      proxy.heal();
      const ids = (await receipts).map(({ taskId, deduplicated }) => {
        assert.equal(deduplicated, false);
        return taskId;
      });
      const stored = await collect(client.list({ queue: "cut", pageSize: 7 }));
      assert.equal(stored.length, 31);
      assert.ok(ids.every((id) => stored.some((task) => task.id === id)));
    } finally {
      await proxy.close();
    }
  });

  it("go on after the dispatcher was away", async () => {
    const port = await freePort();
    await using early = new TaskClient({ address: `127.0.0.1:${port}` });
    const submitted = early.submit("early", "t", {});
    const late = await startTestDispatcher({ port });
    try {
      assert.match((await submitted).taskId, /^early~/);
    } finally {
      await early.close();
      await late.stop();
    }
  });

  it("are refused before they are sent where they are wrong, with every field named", async () => {
    const wrong = client.submit("no spaces allowed", "", 1n, {
      requestId: "\uD83D",
      headers: { Upper: "x", good: 7 as never },
      priority: 1.5,
      delayMs: Number.NaN,
      runAtMs: 1,
      attemptTimeoutMs: 0,
      retry: { maxAttempts: 0, multiplier: 0.5 },
    });
    await assert.rejects(wrong, (error) => {
      assert.ok(error instanceof BatonError);
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.equal(error.reason, "INVALID_FIELD");
      assert.deepEqual(
        error.violations.map(({ field }) => field),
        [
          "queue",
          "type",
          "requestId",
          'headers["Upper"]',
          'headers["good"]',
          "priority",
          "delayMs",
          "runAtMs",
          "attemptTimeoutMs",
          "retry.maxAttempts",
          "retry.multiplier",
          "payload",
        ],
      );
      return true;
    });
  });

  it("are refused before they are sent where the payload is too large", async () => {
    const limit = 1024 * 1024;
    await assert.rejects(client.submit("big", "t", new Uint8Array(limit + 1)), {
      code: "INVALID_ARGUMENT",
      reason: "PAYLOAD_TOO_LARGE",
    });
    const large = Array.from({ length: 5 }, () =>
      client.submit("big", "t", new Uint8Array(limit), { contentType: "image/png" }),
    );
    const [{ taskId = "" } = {}] = await Promise.all(large);
    const task = await client.get(taskId, { includePayload: true });
    assert.equal(task.payload?.value.byteLength, limit);
    assert.equal(task.payload.contentType, "image/png");
  });
});

describe("A client's options", () => {
  it("are refused all at once", () => {
    assert.throws(
      () => new TaskClient({ address: "", timeoutMs: 0, maxInFlight: 0.5, maxPending: -1 }),
      /address must be .*; timeoutMs must be .*; maxInFlight must be .*; maxPending must be/,
    );
  });
});
