import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TaskClient } from "@baton/worker-sdk";
import {
  context,
  DiagLogLevel,
  diag,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
} from "@opentelemetry/api";
import { type RunningDispatcher, startDispatcher } from "../../../server/src/compose.ts";
import { loadServeConfig } from "../../../server/src/settings/config.ts";
import { silent } from "../../support/automation.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

type Method = (...args: unknown[]) => unknown;

function broken(name: string): never {
  throw new Error(`${name} is broken`);
}

const SPAN = {
  spanContext: () => ({ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 }),
  setAttribute: () => SPAN,
  setStatus: () => SPAN,
  end: () => {},
};

/** Something of OpenTelemetry's that works, but for the named methods, which throw. */
function throwingIn<Part extends object>(part: Part, ...names: string[]): Part {
  return { ...part, ...Object.fromEntries(names.map((name) => [name, () => broken(name)])) };
}

function traceBy(tracer: object): void {
  trace.setGlobalTracerProvider({ getTracer: () => tracer } as never);
}

/** What a user may register, and what is wrong with it. */
const REGISTERED: Record<string, () => void> = {
  "a provider that gives no tracer": () =>
    trace.setGlobalTracerProvider({ getTracer: () => broken("getTracer") } as never),
  "a tracer that starts no span": () => traceBy(throwingIn({}, "startSpan")),
  "a tracer whose spans are undefined": () => traceBy({ startSpan: () => undefined }),
  "spans of which nothing works": () => {
    const span = throwingIn({}, ...Object.keys(SPAN));
    traceBy({ startSpan: () => span });
  },
  "spans that take no attributes": () => {
    const span = throwingIn(SPAN, "setAttribute");
    traceBy({ startSpan: () => span });
  },
  "spans that do not end": () => {
    const span = throwingIn(SPAN, "end", "setStatus");
    traceBy({ startSpan: () => span });
  },
  "spans with odd ids": () => {
    const span = { ...SPAN, spanContext: () => ({ traceId: 7, spanId: "é\n", traceFlags: -1 }) };
    traceBy({ startSpan: () => span });
  },
  "spans whose tracestate cannot be written": () => {
    const traceState = throwingIn({}, "serialize");
    const span = { ...SPAN, spanContext: () => ({ ...SPAN.spanContext(), traceState }) };
    traceBy({ startSpan: () => span });
  },
  "a propagator that throws": () => {
    traceBy({ startSpan: () => SPAN });
    propagation.setGlobalPropagator(throwingIn({}, "inject", "extract", "fields") as never);
  },
  "a propagator that writes what headers do not hold": () => {
    traceBy({ startSpan: () => SPAN });
    propagation.setGlobalPropagator({
      inject: (_: unknown, carrier: object, setter: { set: Method }) => {
        setter.set(carrier, "b3", undefined);
        setter.set(carrier, "b3-number", 7);
        setter.set(carrier, "baggage", "é".repeat(1_000));
        setter.set(carrier, "half", "\ud800");
      },
      extract: () => undefined,
      fields: () => [],
    } as never);
  },
  "a context manager that throws": () => {
    traceBy({ startSpan: () => SPAN });
    context.setGlobalContextManager(
      throwingIn({ enable() {}, disable() {} }, "active", "with") as never,
    );
  },
  "a context manager that throws late": () => {
    traceBy({ startSpan: () => SPAN });
    const manager = {
      active: () => ROOT_CONTEXT,
      with: (_: unknown, action: Method) => {
        action();
        broken("with");
      },
      enable() {},
      disable() {},
    };
    context.setGlobalContextManager(manager as never);
  },
  "a meter that throws": () =>
    metrics.setGlobalMeterProvider({ getMeter: () => throwingIn({}, "createHistogram") } as never),
  "a histogram that throws": () =>
    metrics.setGlobalMeterProvider({
      getMeter: () => ({ createHistogram: () => throwingIn({}, "record") }),
    } as never),
};

describe("Telemetry that throws costs no task and no submit:", () => {
  let folder: string;
  let dispatcher: RunningDispatcher;
  let client: TaskClient;
  let workers: Workers;
  let runs: string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "baton-throwing-"));
    const flags = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--store"];
    const config = loadServeConfig([...flags, `sqlite:${join(folder, "baton.db")}`], {});
    dispatcher = await startDispatcher(config, silent);
  });

  beforeEach(() => {
    runs = [];
    client = new TaskClient({ address: dispatcher.address });
    workers = new Workers(dispatcher.address);
    diag.setLogger(
      { verbose() {}, debug() {}, info() {}, warn() {}, error: () => broken("the logger") },
      { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
    );
  });

  afterEach(async () => {
    trace.disable();
    propagation.disable();
    context.disable();
    metrics.disable();
    diag.disable();
    await workers?.stop();
    await client?.close();
  });

  after(async () => {
    await dispatcher?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [name, register] of Object.entries(REGISTERED)) {
    it(name, async () => {
      register();
      workers.start({
        queues: {
          plain: ({ payload }) => {
            runs.push(`plain ${payload}`);
            return payload;
          },
          later: async ({ payload }) => {
            runs.push(`later ${payload}`);
            return payload;
          },
          failing: ({ payload }, { attempt }) => {
            runs.push(`failing ${payload}, ${attempt}`);
            throw new RangeError("the task's own");
          },
        },
      });
      const retry = { maxAttempts: 2, initialDelayMs: 1 };
      const plain = await client.submit("plain", "t", 1);
      const later = await client.submit("later", "t", 2);
      const failing = await client.submit("failing", "t", 3, { retry });
      assert.equal(await client.await(plain.taskId), 1);
      assert.equal(await client.await(later.taskId), 2);
      await assert.rejects(client.await(failing.taskId), /the task's own/);
      await client.events.publish({ id: name, source: "/test", type: "t" });
      await client.events.publishBatch([{ id: `${name}, again`, source: "/test", type: "t" }]);
      await eventually(() =>
        assert.deepEqual(runs.toSorted(), ["failing 3, 1", "failing 3, 2", "later 2", "plain 1"]),
      );
    });
  }
});
