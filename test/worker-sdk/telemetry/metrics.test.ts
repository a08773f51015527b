import assert from "node:assert/strict";
import { TaskClient } from "@baton/worker-sdk";
import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { Workers } from "../../support/workers.ts";

describe("A worker's metrics", () => {
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient;
  let workers: Workers;
  let exporter: InMemoryMetricExporter;
  let provider: MeterProvider;

  beforeEach(async () => {
    dispatcher = await startTestDispatcher();
    client = new TaskClient({ address: dispatcher.address });
    workers = new Workers(dispatcher.address);
    exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    metrics.setGlobalMeterProvider(provider);
  });

  afterEach(async () => {
    metrics.disable();
    await workers?.stop();
    await client?.close();
    await dispatcher?.stop();
    await provider?.shutdown();
  });

  async function run(): Promise<void> {
    workers.start({
      queues: {
        email: ({ type }) => {
          if (type === "broken") {
            throw new RangeError("c4n4ry");
          }
        },
      },
    });
    await client.await((await client.submit("email", "welcome", 1)).taskId);
    const retry = { maxAttempts: 1 };
    const { taskId } = await client.submit("email", "broken", 1, { retry });
    await assert.rejects(client.await(taskId));
  }

  it("say how long handlers ran, by queue, outcome and the error's type", async () => {
    await run();
    await provider.forceFlush();
    const [exported] = exporter.getMetrics();
    const [metric] = exported?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    assert.equal(metric?.descriptor.name, "messaging.process.duration");
    assert.equal(metric?.descriptor.unit, "s");
    const common = {
      "messaging.system": "baton",
      "messaging.operation.name": "process",
      "messaging.destination.name": "email",
    };
    assert.deepEqual(
      metric?.dataPoints.map(({ attributes }) => attributes),
      [
        { ...common, "messaging.baton.outcome": "complete" },
        { ...common, "messaging.baton.outcome": "fail", "error.type": "RangeError" },
      ],
    );
    assert.deepEqual(
      metric?.dataPoints.map(({ value }) => (value as Histogram).count),
      [1, 1],
    );
  });

  it("are not made where no meter provider is registered", async () => {
    metrics.disable();
    await run();
    await provider.forceFlush();
    assert.deepEqual(
      exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics),
      [],
    );
  });
});
