import assert from "node:assert/strict";
import { NonRetryableError, TaskClient } from "@baton/worker-sdk";
import { trace } from "@opentelemetry/api";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { type EndedSpan, SpanRecorder } from "../../support/telemetry/spans.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

/** The tree of spans, by their names. */
function tree(spans: readonly EndedSpan[], parentId = ""): object {
  const children = spans.filter((span) => span.parentId === parentId);
  return Object.fromEntries(children.map((span) => [span.name, tree(spans, span.spanId)]));
}

describe("Traces of tasks", () => {
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient;
  let workers: Workers;
  let recorder: SpanRecorder;
  beforeEach(async () => {
    dispatcher = await startTestDispatcher();
    client = new TaskClient({ address: dispatcher.address });
    workers = new Workers(dispatcher.address);
    recorder = SpanRecorder.start();
  });
  afterEach(async () => {
    recorder?.stop();
    await workers?.stop();
    await client?.close();
    await dispatcher?.stop();
  });

  it("hang the attempt under the submit, the settlement under the attempt", async () => {
    workers.start({ queues: { email: () => "sent" } });
    const { taskId } = await client.submit("email", "welcome", { to: "ada" });
    await client.await(taskId);
    await eventually(() => assert.equal(recorder.named("settle email").length, 1));
    const spans = recorder.spans.filter(({ name }) => / email$/.test(name));
    assert.deepEqual(tree(spans), { "send email": { "process email": { "settle email": {} } } });
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
    assert.deepEqual(Object.fromEntries(spans.map(({ name, kind }) => [name, kind])), {
      "send email": "PRODUCER",
      "process email": "CONSUMER",
      "settle email": "CLIENT",
    });
    for (const { attributes } of spans) {
      assert.equal(attributes["messaging.system"], "baton");
      assert.equal(attributes["messaging.destination.name"], "email");
      assert.equal(attributes["messaging.message.id"], taskId);
    }
    assert.equal((await client.get(taskId)).headers.traceparent?.length, 55);
  });

  it("hang what a handler submits under its attempt", async () => {
    workers.start({
      queues: {
        order: async () => (await client.submit("points", "add", 1)).taskId,
        points: () => "added",
      },
    });
    const { taskId } = await client.submit("order", "place", {});
    await client.await(await client.await<string>(taskId));
    await eventually(() => assert.equal(recorder.named("settle points").length, 1));
    await eventually(() => assert.equal(recorder.named("settle order").length, 1));
    assert.deepEqual(
      tree(recorder.spans.filter(({ attributes }) => "messaging.system" in attributes)),
      {
        "send order": {
          "process order": {
            "send points": { "process points": { "settle points": {} } },
            "settle order": {},
          },
        },
      },
    );
  });

  it("show an attempt that failed, and why", async () => {
    workers.start({
      queues: {
        bad: () => {
          throw new NonRetryableError("no such address");
        },
      },
    });
    const { taskId } = await client.submit("bad", "t", {});
    await assert.rejects(client.await(taskId));
    const [span] = recorder.named("process bad");
    assert.equal(span?.attributes["error.type"], "NonRetryableError");
    assert.deepEqual(span.status, { code: 2, message: "no such address" });
  });

  it("show a submit that was refused", async () => {
    const options = { requestId: "taken" };
    await client.submit("refused", "t", 1, options);
    await assert.rejects(client.submit("refused", "t", 2, options));
    assert.equal(recorder.named("send refused")[1]?.attributes["error.type"], "REQUEST_ID_REUSED");
  });

  it("leave the caller's own headers alone, and never make them too many", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const own = await client.submit("own", "t", 1, { headers: { traceparent } });
    assert.equal((await client.get(own.taskId)).headers.traceparent, traceparent);
    const headers = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`h${n}`, "v"]));
    const full = await client.submit("own", "t", 1, { headers });
    assert.deepEqual((await client.get(full.taskId)).headers, headers);
  });

  it("give the handler its attempt's span", async () => {
    workers.start({ queues: { active: () => trace.getActiveSpan()?.spanContext().spanId } });
    const { taskId } = await client.submit("active", "t", 1);
    const spanId = await client.await(taskId);
    await eventually(() => assert.equal(recorder.named("process active")[0]?.spanId, spanId));
  });
});

describe("The span of an attempt", () => {
  it("has a link to the attempt before", async () => {
    const service = await ScriptedWorkerService.start();
    const recorder = SpanRecorder.start();
    const workers = new Workers(service.address);
    try {
      workers.start({ queues: { email: () => "done" } });
      const stream = await service.stream(0);
      const traceId = "0af7651916cd43dd8448eb211c80319c";
      stream.grant(
        service.task({
          headers: { traceparent: `00-${traceId}-00000000000000aa-01` },
          previousTraceparent: `00-${traceId}-b7ad6b7169203331-01`,
        }),
        service.task({ previousTraceparent: "garbage" }),
      );
      await stream.settled(2);
      const [linked, plain] = recorder.named("process email");
      assert.deepEqual(linked?.links, ["b7ad6b7169203331"]);
      assert.equal(linked.traceId, traceId);
      assert.equal(linked.parentId, "00000000000000aa");
      assert.deepEqual(plain?.links ?? [], []);
    } finally {
      recorder.stop();
      await workers.stop();
      await service.stop();
    }
  });
});

describe("Without a tracer", () => {
  it("a task has no trace context and runs all the same", async () => {
    const dispatcher = await startTestDispatcher();
    const client = new TaskClient({ address: dispatcher.address });
    const workers = new Workers(dispatcher.address);
    workers.start({ queues: { email: () => trace.getActiveSpan() === undefined } });
    const { taskId } = await client.submit("email", "t", 1);
    assert.equal(await client.await(taskId), true);
    assert.deepEqual((await client.get(taskId)).headers, {});
    await workers.stop();
    await client.close();
    await dispatcher.stop();
  });
});
