import { randomBytes } from "node:crypto";
import type { Check } from "../check.ts";
import { expect } from "../observation.ts";
import type { Scene } from "../scene.ts";
import { encodeField, encodeGrantWith, type Settlement } from "../wire.ts";

/** What a worker does with the tasks that it runs. */
export const runningChecks: readonly Check[] = [
  {
    id: "results",
    level: "MUST",
    title: "each lease is settled once, with the handler's result or failure",
    async run(scene) {
      const stream = await scene.firstStream();
      const bytes = randomBytes(64);
      const leases = await stream.grant([
        { type: "echo", payload: bytes },
        { type: "fail", payload: "OutOfPaper" },
        { type: "fail", payload: "!PrinterOnFire" },
      ]);
      const [echo, fail, fatal] = leases;
      expect(resultOf((await scene.settled(echo)).settlement).equals(bytes), "echo: other bytes");
      expectFailure((await scene.settled(fail)).settlement, "OutOfPaper", false);
      expectFailure((await scene.settled(fatal)).settlement, "PrinterOnFire", true);
      await scene.observation.pass(3 * scene.terms.heartbeatMs);
      const repeated = leases.find((lease) => lease.receipts.length !== 1);
      expect(
        repeated === undefined,
        `an answered settlement of ${repeated?.ref.taskId} came again`,
      );
      return "a result, a failure and a failure for good, each once";
    },
  },
  {
    id: "large-payload",
    level: "MUST",
    title: "a payload and a result of 1 MiB pass unharmed",
    async run(scene) {
      const stream = await scene.firstStream();
      const payload = randomBytes(scene.terms.maxPayloadBytes);
      const [lease] = await stream.grant([{ type: "echo", payload }]);
      const value = resultOf((await scene.settled(lease)).settlement);
      expect(value.equals(payload), `${value.length} other bytes came back`);
      return `${value.length} bytes there and back`;
    },
  },
  {
    id: "large-result",
    level: "MUST",
    title: "a result above max_payload_bytes is not sent; the task fails, the stream lives",
    async run(scene) {
      const stream = await scene.firstStream();
      const bytes = scene.terms.maxMessageBytes + 1;
      const [large] = await stream.grant([{ type: "bytes", payload: String(bytes) }]);
      const { settlement } = await scene.settled(large);
      expect(settlement.outcome === "fail", `settled with ${settlement.outcome}`);
      const [small] = await stream.grant([{ type: "bytes", payload: "3" }]);
      expect(
        resultOf((await scene.settled(small)).settlement).length === 3,
        "bytes 3: not 3 bytes",
      );
      expect(stream.isOpen, "the stream broke");
      return `failed with ${settlement.fail?.failure?.type}`;
    },
  },
  {
    id: "unknown",
    level: "MUST",
    title: "unknown frames and fields are ignored",
    async run(scene) {
      const stream = await scene.firstStream();
      const unknown = encodeField(2000, Buffer.from("from a later version"));
      stream.send(unknown);
      stream.send(Buffer.alloc(0));
      stream.send({ throttle: { reason: "conformance", retryAfter: { seconds: 0, nanos: 1 } } });
      await stream.credited(2);
      const write = (frame: Parameters<typeof encodeGrantWith>[0]): void =>
        stream.send(encodeGrantWith(frame, unknown));
      const [lease] = stream.grantNow([{ type: "echo", payload: "known" }], write);
      const value = resultOf((await scene.settled(lease)).settlement);
      expect(value.toString() === "known", `echo returned ${JSON.stringify(value.toString())}`);
      stream.send(unknown);
      await scene.observation.pass(2 * scene.terms.heartbeatMs);
      expect(stream.isOpen && scene.dispatcher.streams.length === 1, "the stream broke");
      return "a frame of no kind, an empty one, and fields 2000 in frame, grant and task";
    },
  },
  {
    id: "trace",
    level: "MUST",
    title: "the handler runs in the trace of the task's headers",
    async run(scene) {
      const { wanted, seen } = await traceOf(scene);
      expect(seen.traceId === wanted.traceId, `trace ${seen.traceId}, not ${wanted.traceId}`);
      return `trace ${seen.traceId}`;
    },
  },
  {
    id: "trace-span",
    level: "SHOULD",
    title: "the attempt is a span of its own",
    async run(scene) {
      const { wanted, seen } = await traceOf(scene);
      expect(seen.spanId !== wanted.spanId, "the handler saw the submitter's own span");
      return `span ${seen.spanId} under ${wanted.spanId}`;
    },
  },
];

interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
}

async function traceOf(scene: Scene): Promise<{ wanted: TraceContext; seen: TraceContext }> {
  const stream = await scene.firstStream();
  const [lease] = await stream.grant([{ type: "trace", payload: "" }]);
  const { settlement } = await scene.settled(lease);
  const seen = resultOf(settlement).toString();
  return { wanted: parseTraceparent(lease.traceparent), seen: parseTraceparent(seen) };
}

function parseTraceparent(text: string): TraceContext {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(text);
  expect(match !== null, `trace returned ${JSON.stringify(text)}, no traceparent`);
  return { traceId: match[1] ?? "", spanId: match[2] ?? "" };
}

function resultOf(settlement: Settlement): Buffer {
  const { outcome, complete } = settlement;
  expect(outcome === "complete", `settled with ${outcome} instead of complete`);
  return Buffer.from(complete?.result?.value ?? []);
}

function expectFailure(settlement: Settlement, type: string, isForGood: boolean): void {
  const { outcome, fail } = settlement;
  expect(outcome === "fail", `fail ${type}: settled with ${outcome}`);
  expect(fail?.failure?.type === type, `fail ${type}: failure type ${fail?.failure?.type}`);
  expect(fail.failure.message !== "", `fail ${type}: an empty failure message`);
  expect(fail.nonRetryable === isForGood, `fail ${type}: non_retryable ${fail.nonRetryable}`);
}
