import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { type CollectedSpan, OtlpCollector } from "../support/telemetry/otlp-collector.ts";
import { eventually } from "../support/time/eventually.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const PROGRAMS = "test/telemetry/programs";
const TRACING = ["--import", join(REPOSITORY, "demo/tracing.ts")].join(" ");
const STOPS_WITHIN_MS = 10_000;

/** A tree of spans as a person sees it: name, kind and service, then the children by start. */
type Tree = { readonly [label: string]: Tree };

describe("the trace of a task", () => {
  const collector = new OtlpCollector();
  const programs: Child[] = [];
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "baton-traces-"));
    await collector.start();
  });

  afterEach(async function () {
    this.timeout(6 * STOPS_WITHIN_MS);
    const forced: string[] = [];
    for (const program of programs
      .splice(0)
      .filter(({ isRunning }) => isRunning)
      .reverse()) {
      const { signal } = await program.stop(STOPS_WITHIN_MS);
      if (signal === "SIGKILL") {
        forced.push(program.complaints);
      }
    }
    collector.spans.length = 0;
    assert.deepEqual(forced, [], "every program ends when it is told to");
  });

  after(() => {
    collector.stop();
    rmSync(folder, { recursive: true });
  });

  function start(
    script: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Child {
    const program = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, join(REPOSITORY, script), ...args],
      env: { ...collector.environment, ...environment },
    });
    programs.push(program);
    return program;
  }

  /** The rest of the line of a program's output that begins so. */
  async function lineAfter(program: Child, prefix: string): Promise<string> {
    const [, rest = ""] = await program.line(new RegExp(`^${prefix} ?(.*)`));
    return rest;
  }

  async function dispatcher(name: string, store?: string): Promise<string> {
    const url = store ?? `sqlite:${join(folder, `${programs.length}-${Math.random()}.db`)}`;
    const fast = ["--lease-ttl", "3s", "--reconnect-grace", "100ms"];
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "off"];
    const program = start(
      "server/src/main.ts",
      ["serve", ...listen, "--store", url, "--log-level", "error", ...fast],
      { OTEL_SERVICE_NAME: name },
    );
    return lineAfter(program, "ready");
  }

  async function worker(address: string, name = "worker"): Promise<Child> {
    const program = start(`${PROGRAMS}/worker.ts`, [], {
      NODE_OPTIONS: TRACING,
      BATON_ADDRESS: address,
      BATON_WORKER_ID: name,
      OTEL_SERVICE_NAME: name,
    });
    await lineAfter(program, "connected");
    return program;
  }

  async function submit(
    address: string,
    type: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const program = start(`${PROGRAMS}/submitter.ts`, [type], {
      ...environment,
      NODE_OPTIONS: TRACING,
      BATON_ADDRESS: address,
      OTEL_SERVICE_NAME: "submitter",
    });
    const taskId = await lineAfter(program, "submitted");
    await program.ends();
    return taskId;
  }

  async function publish(address: string): Promise<string> {
    const program = start(`${PROGRAMS}/publisher.ts`, [], {
      NODE_OPTIONS: TRACING,
      BATON_ADDRESS: address,
      OTEL_SERVICE_NAME: "publisher",
    });
    const eventId = await lineAfter(program, "published");
    await program.ends();
    return eventId;
  }

  /** Waits until the task's trace has as many spans, and returns them. */
  async function traceOf(taskId: string, spans: number): Promise<CollectedSpan[]> {
    return eventually(
      () => {
        const send = collector.spans.find(
          ({ name, attributes }) =>
            name.startsWith("send ") && attributes["messaging.message.id"] === taskId,
        );
        const trace = collector.spans.filter(({ traceId }) => traceId === send?.traceId);
        assert.equal(trace.length, spans, trace.map(({ name }) => name).join(", "));
        return trace;
      },
      { withinMs: 20_000 },
    );
  }

  it("has the submit, the wait, the attempt and the settlement in one tree", async () => {
    const address = await dispatcher("dispatcher");
    await worker(address);
    const trace = await traceOf(await submit(address, "plain"), 4);
    assert.deepEqual(treeOf(trace), {
      "send traced PRODUCER submitter": {
        "wait traced INTERNAL dispatcher": {},
        "process traced CONSUMER worker": { "settle traced CLIENT worker": {} },
      },
    });
    const process = named(trace, "process traced")[0];
    assert.equal(process?.attributes["messaging.system"], "baton");
    assert.equal(process?.attributes["messaging.destination.name"], "traced");
    assert.equal(process?.attributes["messaging.baton.attempt"], "1");
  }).timeout(40_000);

  it("is there although variables of the program that sends it are empty", async () => {
    const names = [
      "OTEL_SDK_DISABLED",
      "OTEL_TRACES_EXPORTER",
      "OTEL_TRACES_SAMPLER",
      "OTEL_PROPAGATORS",
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
      "OTEL_BSP_MAX_QUEUE_SIZE",
      "OTEL_NODE_RESOURCE_DETECTORS",
    ];
    const empty = Object.fromEntries(names.map((name, at) => [name, at % 2 === 0 ? "" : " "]));
    const address = await dispatcher("dispatcher");
    const trace = await traceOf(await submit(address, "plain", empty), 1);
    assert.equal(named(trace, "send traced").length, 1);
  }).timeout(40_000);

  it("shows every attempt at a retried task, failed ones as errors, linked in a chain", async () => {
    const address = await dispatcher("dispatcher");
    await worker(address);
    const trace = await traceOf(await submit(address, "flaky"), 10);
    const attempts = named(trace, "process traced");
    assert.deepEqual(
      attempts.map(({ isError, attributes }) => [isError, attributes["error.type"]]),
      [
        [true, "RangeError"],
        [true, "RangeError"],
        [false, undefined],
      ],
    );
    const [first, second, third] = attempts;
    assert.deepEqual(first?.links ?? [], []);
    assert.deepEqual(second?.links, [first?.spanId]);
    assert.deepEqual(third?.links, [second?.spanId]);
    assert.equal(new Set(attempts.map(({ parentSpanId }) => parentSpanId)).size, 1);
    assert.equal(named(trace, "wait traced").length, 3);
    assert.equal(named(trace, "settle traced").length, 3);
  }).timeout(40_000);

  it("shows the attempt whose worker was killed, from its start to when that was noticed", async () => {
    const address = await dispatcher("dispatcher");
    const victim = await worker(address, "victim");
    const started = lineAfter(victim, "started");
    const submitted = submit(address, "hangs_once");
    await started;
    const taskId = await submitted;
    await victim.kill();
    await worker(address, "rescuer");
    const trace = await traceOf(taskId, 6);
    const [lost, redone] = named(trace, "process traced");
    assert.deepEqual(
      [lost?.service, lost?.isError, lost?.attributes["error.type"]],
      ["dispatcher", true, "crashed"],
    );
    assert.equal(lost?.attributes["messaging.client.id"], "victim");
    assert.equal(redone?.service, "rescuer");
    assert.equal(redone?.isError, false);
    assert.ok((lost?.endedAtMs ?? 0) <= (redone?.startedAtMs ?? 0));
    assert.equal(lost?.parentSpanId, redone?.parentSpanId);
  }).timeout(60_000);

  it("hangs the tasks that a handler submits under its attempt", async () => {
    const address = await dispatcher("dispatcher");
    await worker(address);
    const trace = await traceOf(await submit(address, "parent"), 12);
    const child = {
      "wait traced INTERNAL dispatcher": {},
      "process traced CONSUMER worker": { "settle traced CLIENT worker": {} },
    };
    assert.deepEqual(treeOf(trace), {
      "send traced PRODUCER submitter": {
        "wait traced INTERNAL dispatcher": {},
        "process traced CONSUMER worker": {
          "send traced PRODUCER worker": child,
          "send traced PRODUCER worker (2)": child,
          "settle traced CLIENT worker": {},
        },
      },
    });
  }).timeout(40_000);

  it("begins at the publish of an event, and has a task of each subscription", async () => {
    const address = await dispatcher("dispatcher");
    await worker(address);
    const trace = await traceOf(await publish(address), 7);
    const tree = treeOf(trace);
    assert.deepEqual(Object.keys(tree), ["send payment.completed PRODUCER publisher"]);
    const below = Object.keys(tree["send payment.completed PRODUCER publisher"] ?? {});
    assert.deepEqual(below.map(withoutCount).sort(), [
      "process traced CONSUMER worker",
      "process traced CONSUMER worker",
      "wait traced INTERNAL dispatcher",
      "wait traced INTERNAL dispatcher",
    ]);
  }).timeout(40_000);

  it("begins at the dispatcher for a task that comes without one, such as a schedule's", async () => {
    const address = await dispatcher("dispatcher");
    await worker(address);
    const program = start(`${PROGRAMS}/submitter.ts`, ["plain"], {
      BATON_ADDRESS: address,
      OTEL_SDK_DISABLED: "true",
    });
    const trace = await traceOf(await lineAfter(program, "submitted"), 4);
    assert.deepEqual(treeOf(trace), {
      "send traced PRODUCER dispatcher": {
        "wait traced INTERNAL dispatcher": {},
        "process traced CONSUMER worker": { "settle traced CLIENT worker": {} },
      },
    });
  }).timeout(40_000);

  describe("over two dispatchers", () => {
    let redis: RedisServer;

    before(async () => {
      redis = await startRedis();
    });

    after(() => redis?.stop());

    it("is one, although one took the task and the other handed it out", async () => {
      const [taking, handing] = await Promise.all([
        dispatcher("taking", redis.url),
        dispatcher("handing", redis.url),
      ]);
      await worker(handing);
      const trace = await traceOf(await submit(taking, "plain"), 4);
      assert.deepEqual(treeOf(trace), {
        "send traced PRODUCER submitter": {
          "wait traced INTERNAL handing": {},
          "process traced CONSUMER worker": { "settle traced CLIENT worker": {} },
        },
      });
    }).timeout(60_000);
  });

  it("costs no task where the collector is not there", async () => {
    const nowhere = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
    const url = `sqlite:${join(folder, "alone.db")}`;
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "off"];
    const alone = start("server/src/main.ts", ["serve", ...listen, "--store", url], nowhere);
    const address = await lineAfter(alone, "ready");
    const busy = await worker(address);
    const done = lineAfter(busy, "started plain");
    await submit(address, "plain");
    await done;
    assert.deepEqual(await alone.stop(30_000), { code: 0, signal: null });
  }).timeout(60_000);
});

function named(trace: readonly CollectedSpan[], name: string): CollectedSpan[] {
  return trace
    .filter((span) => span.name === name)
    .sort((a, b) => a.startedAtMs - b.startedAtMs || a.endedAtMs - b.endedAtMs);
}

function withoutCount(label: string): string {
  return label.replace(/ \(\d+\)$/, "");
}

function treeOf(trace: readonly CollectedSpan[], parent = ""): Tree {
  const tree: Record<string, Tree> = {};
  for (const span of trace.filter(({ parentSpanId }) => parentSpanId === parent)) {
    const label = `${span.name} ${span.kind} ${span.service}`;
    const key = Object.hasOwn(tree, label) ? `${label} (2)` : label;
    tree[key] = treeOf(trace, span.spanId);
  }
  return tree;
}
