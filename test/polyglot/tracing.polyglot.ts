import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Cluster } from "../crash/support/cluster.ts";
import { TaskCalls } from "../crash/support/load/task-calls.ts";
import { Collector } from "./collector.ts";
import { ForeignWorker, QUEUE, resultOf } from "./platform.ts";
import { build, LANGUAGES } from "./toolchains.ts";

const minuteMs = 60_000;

describe("A submitter's trace", function () {
  this.timeout(8 * minuteMs);

  let collector: Collector | null = null;
  let cluster: Cluster | null = null;
  let calls: TaskCalls | null = null;
  let worker: ForeignWorker | null = null;

  afterEach(async () => {
    await worker?.destroy();
    calls?.close();
    await cluster?.destroy();
    collector?.close();
    [worker, calls, cluster, collector] = [null, null, null, null];
  });

  for (const language of LANGUAGES) {
    it(`goes on in the ${language.name} worker's spans`, async () => {
      build(language);
      const opened = await Collector.open();
      collector = opened.collector;
      cluster = await Cluster.start({ store: "sqlite:%folder%/baton.db" });
      calls = new TaskCalls(cluster.directAddresses[0] ?? "");
      worker = await ForeignWorker.start(language, cluster, {
        OTEL_EXPORTER_OTLP_ENDPOINT: opened.endpoint,
        OTEL_EXPORTER_OTLP_INSECURE: "true",
        OTEL_SERVICE_NAME: `worker-in-${language.name}`,
      });
      const traceId = randomBytes(16);
      const spanId = randomBytes(8);
      const traceparent = `00-${traceId.toString("hex")}-${spanId.toString("hex")}-01`;
      const answer = await calls.submit({ queue: QUEUE, type: "trace", headers: { traceparent } });
      assert.equal(answer.outcome, "ok");
      const taskId = answer.response.receipt?.taskId ?? "";
      const seen = await resultOf(calls, cluster, taskId);
      // A worker sends what is left of its spans before it ends.
      await worker.drain();
      const ownSpanId = Buffer.from(seen.split("-")[2] ?? "", "hex");
      const parts = [traceId, spanId, ownSpanId, `process ${QUEUE}`, taskId];
      assert.ok(collector.has(`worker-in-${language.name}`, ...parts), `no span for ${seen}`);
    });
  }
});
