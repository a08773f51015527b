import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import {
  type Baggage,
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { W3CBaggagePropagator } from "@opentelemetry/core";
import { B3InjectEncoding, B3Propagator } from "@opentelemetry/propagator-b3";
import { type RunningDispatcher, startDispatcher } from "../../server/src/compose.ts";
import { loadServeConfig } from "../../server/src/settings/config.ts";
import { silent } from "../support/automation.ts";
import { SpanRecorder } from "../support/telemetry/spans.ts";

/** Writes one header with dashes in its name, as Jaeger's propagator does. */
const jaegerLike: TextMapPropagator = {
  inject(from, carrier, setter) {
    const { traceId, spanId } = trace.getSpanContext(from) ?? { traceId: "", spanId: "" };
    setter.set(carrier, "uber-trace-id", `${traceId}:${spanId}:0:1`);
  },
  extract: (to) => to,
  fields: () => ["uber-trace-id"],
};

const PROPAGATORS: Readonly<Record<string, TextMapPropagator>> = {
  b3: new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }),
  b3multi: new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  jaeger: jaegerLike,
};

describe("A trace goes from who sends to who handles", () => {
  let folder: string;
  let dispatcher: RunningDispatcher;
  let client: TaskClient;
  let worker: Worker;
  let running: Promise<unknown>;
  let recorder: SpanRecorder;

  /** What the handler saw. */
  const seen: { traceId: string | undefined; baggage: Baggage | undefined; headers: object }[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "baton-propagators-"));
    const store = `sqlite:${join(folder, "baton.db")}`;
    const flags = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--store", store];
    dispatcher = await startDispatcher(loadServeConfig(flags, {}), silent);
    const { address } = dispatcher;
    client = new TaskClient({ address });
    seen.length = 0;
    worker = new Worker({
      address,
      logger: silentLogger,
      queues: {
        q: (_task: unknown, { headers }: { headers: object }) => {
          const active = context.active();
          const traceId = trace.getSpanContext(active)?.traceId;
          seen.push({ traceId, baggage: propagation.getBaggage(active), headers });
        },
      },
    });
    running = worker.run();
    recorder = SpanRecorder.start();
  });
  afterEach(async () => {
    recorder?.stop();
    await worker?.stop();
    await running;
    await client?.close();
    await dispatcher?.stop();
    rmSync(folder, { recursive: true });
  });

  function propagate(propagator: TextMapPropagator): void {
    propagation.disable();
    propagation.setGlobalPropagator(propagator);
  }

  async function publish(extensions: Record<string, string> = {}): Promise<void> {
    await client.events.subscribe("s", { eventType: "T", task: { queue: "q", type: "t" } });
    const { taskIds } = await client.events.publish({
      id: "1",
      source: "/s",
      type: "T",
      extensions,
    });
    await client.await(taskIds[0] ?? "");
  }

  for (const [name, propagator] of Object.entries(PROPAGATORS)) {
    it(`with ${name}, through tasks and through events`, async () => {
      propagate(propagator);
      const { taskId } = await client.submit("q", "t", {});
      await client.await(taskId);
      await publish();
      const sent = recorder.spans.filter((span) => span.name.startsWith("send "));
      assert.equal(sent.length, 2);
      assert.deepEqual(
        seen.map(({ traceId }) => traceId),
        sent.map(({ traceId }) => traceId),
      );
    });
  }

  it("with its baggage, through events too", async () => {
    propagate(new W3CBaggagePropagator());
    const baggage = propagation.createBaggage({ tenant: { value: "ada" } });
    await context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => publish());
    assert.equal(seen[0]?.baggage?.getEntry("tenant")?.value, "ada");
  });

  for (const traceparent of [
    "",
    `00-${"0".repeat(32)}-${"0".repeat(16)}-01`,
    `00-${"a".repeat(31)}-${"b".repeat(16)}-01`,
    `ff-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    `00-${"A".repeat(32)}-${"b".repeat(16)}-01`,
    `00-${"a".repeat(32)}-${"b".repeat(16)}-01-more`,
  ]) {
    it(`although the caller's traceparent is ${JSON.stringify(traceparent)}`, async () => {
      const headers = { traceparent, tracestate: "x=y" };
      const { taskId } = await client.submit("q", "t", {}, { headers });
      await client.await(taskId);
      await publish(headers);
      const sent = recorder.spans.filter((span) => span.name.startsWith("send "));
      assert.deepEqual(
        seen.map(({ traceId }) => traceId),
        sent.map(({ traceId }) => traceId),
      );
      recorder.stop();
      // Nor does it reach the handler where nobody traces.
      const untraced = await client.submit("q", "t", {}, { headers });
      await client.await(untraced.taskId);
      assert.deepEqual(seen.at(-1)?.headers, {});
      recorder = SpanRecorder.start();
    });
  }
});
