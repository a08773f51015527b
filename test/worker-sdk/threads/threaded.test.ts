import assert from "node:assert/strict";
import { type Codec, jsonCodec, type Logger, TaskClient, type TaskInfo } from "@baton/worker-sdk";
import {
  OptionsError,
  type ThreadedHandler,
  type ThreadOptions,
  threaded,
} from "@baton/worker-sdk/threads";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { SpanRecorder } from "../../support/telemetry/spans.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

/** Leaves the machine seconds to be busy with something else. */
const TTL_MS = 4_000;
const HANDLERS = new URL("../../support/threads/handlers.ts", import.meta.url);
const ONCE = { retry: { maxAttempts: 1 } };

describe("Handlers on threads", function () {
  this.timeout(60_000);
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient;
  let workers: Workers;
  let handlers: ThreadedHandler[];
  before(async () => {
    dispatcher = await startTestDispatcher({
      settings: { leaseTtlMs: TTL_MS, heartbeatIntervalMs: TTL_MS / 5 },
    });
    client = new TaskClient({ address: dispatcher.address });
  });
  after(async () => {
    await client?.close();
    await dispatcher?.stop();
  });
  beforeEach(() => {
    handlers = [];
    workers = new Workers(dispatcher.address);
  });
  afterEach(async () => {
    await Promise.all(handlers?.map((handler) => handler.close()));
    await workers?.stop();
  });

  function onThreads(options?: ThreadOptions, module = HANDLERS): ThreadedHandler {
    const handler = threaded(module, options);
    handlers.push(handler);
    return handler;
  }

  async function submit(queue: string, type: string, payload?: unknown, options = {}) {
    return (await client.submit(queue, type, payload, options)).taskId;
  }

  async function endOf(taskId: string): Promise<TaskInfo> {
    await client.await(taskId, { timeoutMs: 50_000 }).catch(() => {});
    return client.get(taskId);
  }

  /** The failure of a task that has one attempt only. */
  async function failureOf(queue: string, type: string, payload?: unknown) {
    const { state, crashes, lastFailure } = await endOf(await submit(queue, type, payload, ONCE));
    assert.deepEqual({ state, crashes }, { state: "DEAD", crashes: 0 });
    assert.ok(lastFailure);
    return lastFailure;
  }

  async function untilNoted(taskId: string, note: string): Promise<void> {
    const noted = async () => assert.equal((await client.get(taskId)).progress?.note, note);
    await eventually(noted, { withinMs: 30_000 });
  }

  it("block for three times the ttl in one go, and it costs neither them nor others a lease", async () => {
    workers.start({ queues: { long: onThreads({ threads: 2 }) } });
    const long = await submit("long", "block", 3 * TTL_MS);
    const short = await submit("long", "block", TTL_MS / 8);
    assert.equal(await client.await(short, { timeoutMs: 50_000 }), "unharmed");
    assert.equal((await client.get(long)).state, "LEASED", "settlements leave meanwhile");
    for (const id of [short, long]) {
      const { state, crashes, deliveries } = await endOf(id);
      const end = { state: "SUCCEEDED", crashes: 0, deliveries: 1 };
      assert.deepEqual({ state, crashes, deliveries }, end);
    }
  });

  it("are given a context whose methods work without it", async () => {
    workers.start({ queues: { apart: onThreads() } });
    const id = await submit("apart", "apart");
    assert.deepEqual(await client.await(id), [{ line: 8 }, true]);
    assert.equal((await client.get(id)).progress?.note, "half");
  });

  describe("told to stop", () => {
    it("are ended with their thread after the grace where they are deaf, and others go on", async () => {
      workers.start({ queues: { deaf: onThreads({ threads: 2, graceMs: 50 }) }, concurrency: 2 });
      const other = await submit("deaf", "block", 1_000);
      const deaf = await submit("deaf", "deaf");
      await untilNoted(deaf, "deaf");
      await client.cancel(deaf);
      const after = [await submit("deaf", "thread"), await submit("deaf", "thread")];
      assert.equal((await endOf(other)).state, "SUCCEEDED");
      for (const id of after) {
        assert.equal((await endOf(id)).state, "SUCCEEDED", "the places are free again");
      }
      assert.equal((await client.get(deaf)).state, "CANCELLED");
    });

    for (const type of ["waiting", "listening"]) {
      it(`hear why, and keep their thread (${type})`, async () => {
        const lines: Line[] = [];
        const logger = recordingLogger(lines);
        const handler = onThreads({ threads: 1, graceMs: 30_000 });
        workers.start({ queues: { [type]: handler }, logger, concurrency: 1 });
        const thread = await client.await(await submit(type, "thread"));
        const id = await submit(type, type);
        await untilNoted(id, type);
        await client.cancel(id, "enough");
        assert.equal(await client.await(await submit(type, "thread")), thread);
        const { fields } = lines.find(({ message }) => message === "told") ?? assert.fail();
        assert.equal(fields.taskId, id);
        assert.equal(fields.name, "TaskCancelledError");
        assert.equal(fields.reason, "the task was cancelled: enough");
      });
    }

    it("fail by the attempt's timeout as others do", async () => {
      workers.start({ queues: { timeout: onThreads({ graceMs: 10 }) } });
      const options = { ...ONCE, attemptTimeoutMs: 1_000 };
      const { state, lastFailure } = await endOf(await submit("timeout", "deaf", null, options));
      assert.deepEqual([state, lastFailure?.type], ["DEAD", "attempt_timeout"]);
    });

    it("give the task back where the worker stops, no attempt spent", async () => {
      const worker = workers.start({ queues: { stop: onThreads({ graceMs: 10 }) } });
      const id = await submit("stop", "deaf", null, ONCE);
      await untilNoted(id, "deaf");
      await worker.stop();
      const { state, attempt, crashes } = await client.get(id);
      assert.deepEqual({ state, attempt, crashes }, { state: "READY", attempt: 0, crashes: 0 });
    });

    it("give back what runs and waits where the threads are closed", async () => {
      const handler = onThreads({ threads: 1 });
      const worker = workers.start({ queues: { close: handler } });
      const running = await submit("close", "deaf", null, ONCE);
      await untilNoted(running, "deaf");
      const waiting = await submit("close", "echo", 1, ONCE);
      await eventually(async () => assert.equal((await client.get(waiting)).state, "LEASED"));
      await handler.close();
      await worker.stop();
      for (const id of [running, waiting]) {
        const { state, attempt } = await client.get(id);
        assert.match(`${state} ${attempt}`, /^(?:READY|SCHEDULED) 0$/);
      }
    });
  });

  describe("whose thread dies", () => {
    it("fail alone, with a word about how, and the worker goes on", async () => {
      const resourceLimits = { maxOldGenerationSizeMb: 24 };
      workers.start({ queues: { death: onThreads({ threads: 2, resourceLimits }) } });
      const other = await submit("death", "block", 2_000);
      const exit = await failureOf("death", "exit");
      assert.equal(exit.type, "ThreadError");
      assert.equal(exit.message, "the handler's thread exited with code 7");
      const stray = await failureOf("death", "stray");
      assert.equal(stray.message, "the handler's thread died: nobody's");
      assert.match(stray.stack, /Caused by: RangeError: nobody's/);
      const memory = await failureOf("death", "memory");
      assert.equal(memory.type, "ThreadError");
      assert.match(memory.message, /reaching memory limit/);
      const { state, deliveries } = await endOf(other);
      assert.deepEqual({ state, deliveries }, { state: "SUCCEEDED", deliveries: 1 });
      assert.equal(await client.await(await submit("death", "echo", "on")), "on");
    });

    it("fail by a module that cannot be used", async () => {
      const module = new URL("./no-handler.ts", HANDLERS);
      workers.start({ queues: { unusable: onThreads({}, module) } });
      const { type, message } = await failureOf("unusable", "any");
      assert.equal(type, "ThreadError");
      assert.match(message, /no-handler\.ts cannot be used: its default export is no function$/);
    });
  });

  describe("say and are given what others do", () => {
    it("facts, progress, checkpoints and log lines, however many at once", async () => {
      const lines: Line[] = [];
      workers.start({ queues: { tells: onThreads() }, logger: recordingLogger(lines) });
      const id = await submit("tells", "tells", null, {
        headers: { tenant: "a" },
        retry: { maxAttempts: 4 },
      });
      const { leaseToken, ...result } = await client.await<{ leaseToken: number }>(id);
      assert.ok(leaseToken > 0);
      assert.deepEqual(result, {
        ...{ taskId: id, queue: "tells", type: "tells", headers: { tenant: "a" }, crashes: 0 },
        ...{ attempt: 1, maxAttempts: 4, checkpoint: { at: 7 }, hasTime: true },
        refusal: "RangeError: progress must be from 0 to 1, not 2",
      });
      assert.deepEqual((await client.get(id)).progress, { fraction: 1, note: "step 2000" });
      const said = lines.filter(({ message }) => ["plain", "odd"].includes(message));
      assert.deepEqual(
        said.map(({ level, message, fields }) => [level, message, fields.taskId]),
        [
          ["info", "plain", id],
          ["warn", "odd", id],
        ],
      );
      assert.equal(said[0]?.fields.n, 1);
      assert.equal(said[1]?.fields.fields, "{ odd: [Function: odd] }");
    });

    it("the checkpoint of the attempt before", async () => {
      workers.start({ queues: { resumes: onThreads() } });
      const options = { retry: { initialBackoffMs: 1 } };
      assert.deepEqual(await client.await(await submit("resumes", "resumes", null, options)), {
        at: 7,
      });
    });

    it("bytes, and nothing of the memory around them", async () => {
      workers.start({ queues: { bytes: onThreads() } });
      const payload = new Uint8Array([1, 2, 3]);
      assert.deepEqual(
        [...(await client.await<Uint8Array>(await submit("bytes", "echo", payload)))],
        [1, 2, 3],
      );
      const result = await client.await<Uint8Array>(await submit("bytes", "pooled"));
      assert.equal(Buffer.from(result).toString(), "of a pool");
    });

    it("the trace of their attempt", async () => {
      const recorder = SpanRecorder.start();
      try {
        workers.start({ queues: { traced: onThreads() } });
        const spanId = await client.await(await submit("traced", "trace"));
        await eventually(() => assert.equal(recorder.named("process traced").length, 1));
        assert.equal(spanId, recorder.named("process traced")[0]?.spanId);
      } finally {
        recorder.stop();
      }
    });
  });

  describe("throw as others do", () => {
    beforeEach(() => {
      workers.start({ queues: { errors: onThreads({ threads: 1 }) } });
    });

    it("with name, message, stack and causes", async () => {
      const { type, message, stack } = await failureOf("errors", "fails");
      assert.deepEqual([type, message], ["DecodeError", "not decoded"]);
      assert.match(stack, /^DecodeError: not decoded\n +at .*handlers\.ts/);
      assert.match(stack, /\nCaused by: TypeError: no bytes\n +at .*handlers\.ts/);
      assert.match(stack, /\nCaused by: why$/);
      assert.equal((await failureOf("errors", "typed")).type, "RangeError");
      assert.match((await failureOf("errors", "many")).stack, /\nHolds: RangeError: first/);
      const text = await failureOf("errors", "text");
      assert.deepEqual([text.type, text.message, text.stack], ["Error", "a text", ""]);
    });

    it("and ask for what the SDK's errors ask for", async () => {
      const dead = await endOf(await submit("errors", "dies"));
      assert.deepEqual([dead.state, dead.attempt], ["DEAD", 1]);
      assert.deepEqual(
        [dead.lastFailure?.type, dead.lastFailure?.message],
        ["BadImageError", "no image"],
      );
      assert.equal(await client.await(await submit("errors", "retries")), 2);
      const released = await endOf(await submit("errors", "releases"));
      assert.deepEqual([released.attempt, released.deliveries], [1, 2]);
    });

    it("for good what cannot be cloned, by its name", async () => {
      const { state, attempt, lastFailure } = await endOf(await submit("errors", "unclonable"));
      assert.deepEqual([state, attempt, lastFailure?.type], ["DEAD", 1, "ResultError"]);
      assert.equal(
        lastFailure?.message,
        'the result cannot cross between threads by structured clone: result.pages[0].render: () => "text" could not be cloned.',
      );
    });
  });

  it("are refused a payload for good that cannot be cloned, by its name", async () => {
    const codec: Codec = { ...jsonCodec, decode: () => ({ open: () => {} }) };
    workers.start({ queues: { payload: onThreads({ threads: 1 }) }, codec });
    const { state, attempt, lastFailure } = await endOf(await submit("payload", "echo", {}));
    assert.deepEqual([state, attempt, lastFailure?.type], ["DEAD", 1, "PayloadError"]);
    assert.match(
      lastFailure?.message ?? "",
      /: payload\.open: \(\) => \{\} could not be cloned\.$/,
    );
  });

  it("give back what would wait too long for a thread", async () => {
    workers.start({ queues: { full: onThreads({ threads: 1, graceMs: 10 }) }, concurrency: 2 });
    const first = await submit("full", "deaf");
    await untilNoted(first, "deaf");
    const id = await submit("full", "echo", "ran", { ...ONCE, attemptTimeoutMs: 10_000 });
    await eventually(async () => assert.ok((await client.get(id)).deliveries > 1), {
      withinMs: 20_000,
    });
    await client.cancel(first);
    assert.equal(await client.await(id), "ran");
    const { attempt, crashes } = await client.get(id);
    assert.deepEqual({ attempt, crashes }, { attempt: 1, crashes: 0 });
  });

  it("refuse options that are wrong, all at once", () => {
    const missing = new URL("./missing.ts", HANDLERS);
    assert.throws(
      () => threaded(missing, { threads: 0, graceMs: Number.NaN, resourceLimits: 1 as never }),
      (error) => {
        assert.ok(error instanceof OptionsError);
        assert.deepEqual(
          error.problems.map(({ field }) => field),
          ["module", "threads", "graceMs", "resourceLimits"],
        );
        return true;
      },
    );
    assert.throws(() => threaded("./relative.js"), /module must be the URL or the absolute path/);
  });
});

interface Line {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

function recordingLogger(lines: Line[]): Logger {
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: fields as Line["fields"], message });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
