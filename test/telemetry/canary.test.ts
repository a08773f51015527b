import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSessionKey, newSessionKey } from "../../server/src/domain/ids.ts";
import {
  failureOf,
  GrpcClient,
  type RequestOf,
  type ResponseOf,
  type ServerFrame,
  type StreamProbe,
  type WorkerFrame,
} from "../support/grpc/grpc-client.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { OtlpSink } from "../support/telemetry/otlp-sink.ts";
import { eventually } from "../support/time/eventually.ts";
import { PATIENCE_MS, patiently } from "../support/time/patience.ts";
import { samplesOf } from "./metrics-text.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");
const CANARY = "c4n4ry-in-the-coal-mine";
const QUEUE = "mine";
const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const BYTES = Buffer.from(CANARY);

type Spec = NonNullable<RequestOf<"TaskService", "Submit">["task"]>;
type Granted = NonNullable<ServerFrame["grant"]>["tasks"][number];
type Task = ResponseOf<"TaskService", "Get">["task"];

/** A dispatcher's process that logs everything, and what it said. */
class Dispatcher {
  readonly #process: ChildProcess;
  output = "";

  constructor(store: string, environment: Readonly<Record<string, string>>) {
    const fast = ["--lease-ttl", "3s", "--reconnect-grace", "100ms", "--sweep-interval", "50ms"];
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    const args = ["serve", "--store", store, "--log-level", "debug", ...listen, ...fast];
    this.#process = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (bytes: Buffer) => {
        this.output += bytes.toString();
      });
    }
  }

  /** The rest of the line of its output that begins so. */
  lineAfter(prefix: string): Promise<string> {
    return patiently(() =>
      eventually(
        () => {
          const found = new RegExp(`^${prefix} +(\\S+)`, "m").exec(this.output)?.[1];
          assert.ok(found, `no ${prefix} in: ${this.output}`);
          return found;
        },
        { withinMs: PATIENCE_MS },
      ),
    );
  }

  /** Ends it, so that it sends its last spans. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill("SIGTERM");
      await patiently(() => once(this.#process, "exit"));
    }
  }
}

/** What goes through every place that a user may write to. */
class Miner {
  /** The keys of sessions and the tokens of leases, as text. */
  readonly secrets = new Set<string>();
  /** What the dispatcher answered to who asked for tasks. */
  readonly answers: string[] = [];
  readonly #client: GrpcClient;
  readonly #http: string;

  constructor(address: string, http: string) {
    this.#client = new GrpcClient(address);
    this.#http = http;
  }

  close(): void {
    this.#client.close();
  }

  async work(): Promise<void> {
    const worker = await this.#connect();
    await this.#completes(worker);
    await this.#dies(worker);
    await this.#isCancelled(worker);
    await this.#timesOut(worker);
    await this.#isForged(worker);
    await this.#comesFromAutomation(worker);
    await this.#isRefused();
    await this.#crashes(worker);
  }

  async metrics(): Promise<string> {
    const answer = await fetch(`http://${this.#http}/metrics`);
    // Prometheus refuses what does not say its format.
    assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    return answer.text();
  }

  /** Opens a session, breaks its stream, and takes it up again. */
  async #connect(): Promise<StreamProbe<WorkerFrame, ServerFrame>> {
    const sessionKey = await this.#welcomed(this.#hello({}));
    const worker = this.#hello({ resumeSession: sessionKey });
    assert.equal(await this.#welcomed(worker), sessionKey);
    const refused = await this.#hello({ resumeSession: CANARY }).ended;
    assert.deepEqual(refused.fields, ["hello.resume_session"]);
    assert.ok(!refused.message.includes(CANARY), refused.message);
    worker.send({ credit: { tasks: 100 } });
    return worker;
  }

  #hello(overrides: NonNullable<WorkerFrame["hello"]>): StreamProbe<WorkerFrame, ServerFrame> {
    const worker = this.#client.lease();
    const subscriptions = [{ queue: QUEUE }];
    const hello = {
      protocolVersion: 1,
      workerId: "miner",
      subscriptions,
      labels: { mine: CANARY },
    };
    worker.send({ hello: { ...hello, ...overrides } });
    return worker;
  }

  async #welcomed(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<string> {
    const { welcome } = await worker.nextThat(({ frame }) => frame === "welcome");
    assert.ok(welcome);
    this.secrets.add(welcome.sessionKey);
    return welcome.sessionKey;
  }

  async #submit(spec: Partial<Spec> = {}): Promise<string> {
    const task = {
      queue: QUEUE,
      type: "dig",
      payload: BYTES,
      headers: { note: CANARY, traceparent: TRACEPARENT },
      labels: { shaft: CANARY },
      ...spec,
    };
    const { receipt } = await this.#client.task("Submit", { task });
    return receipt?.taskId ?? "";
  }

  async #granted(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<Granted> {
    const { grant } = await worker.nextThat(({ frame }) => frame === "grant");
    const task = grant?.tasks[0];
    assert.ok(task?.lease);
    this.secrets.add(String(task.lease.leaseToken));
    return task;
  }

  async #reaches(taskId: string, state: string): Promise<void> {
    await eventually(async () => {
      const task: Task = (await this.#client.task("Get", { taskId })).task;
      assert.equal(task?.state, `TASK_STATE_${state}`);
    });
  }

  async #completes(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const taskId = await this.#submit({ requestId: CANARY });
    const { lease } = await this.#granted(worker);
    const progress = { fraction: 0.5, note: CANARY };
    worker.send({
      heartbeat: { sequence: 1, leases: [{ lease, progress, checkpoint: BYTES }] },
    });
    await worker.nextThat(({ frame }) => frame === "heartbeatAck");
    worker.send({ settle: { settlements: [{ lease, complete: { result: { value: BYTES } } }] } });
    await this.#reaches(taskId, "SUCCEEDED");
  }

  async #dies(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const taskId = await this.#submit({ retryPolicy: { maxAttempts: 1 } });
    const { lease } = await this.#granted(worker);
    const failure = { type: "CaveIn", message: CANARY, stack: `at ${CANARY}` };
    worker.send({ settle: { settlements: [{ lease, fail: { failure } }] } });
    await this.#reaches(taskId, "DEAD");
  }

  async #isCancelled(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const taskId = await this.#submit();
    await this.#granted(worker);
    await this.#client.task("Cancel", { taskId, reason: CANARY });
  }

  async #timesOut(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const retryPolicy = { maxAttempts: 1 };
    const taskId = await this.#submit({ attemptTimeout: { nanos: 100_000_000 }, retryPolicy });
    await this.#granted(worker);
    await this.#reaches(taskId, "DEAD");
  }

  async #isForged(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const taskId = await this.#submit();
    const { lease } = await this.#granted(worker);
    const settlements = [{ lease, complete: { result: { value: BYTES } } }];
    await failureOf(
      this.#client.call("WorkerService", "Settle", { settlements, sessionKey: CANARY }),
    );
    const forged = { settlements, sessionKey: newSessionKey() };
    this.secrets.add(forged.sessionKey);
    const { results } = await this.#client.call("WorkerService", "Settle", forged);
    assert.equal(results[0]?.status, "SETTLEMENT_STATUS_STALE");
    for (const method of ["Get", "Explain"] as const) {
      this.answers.push(JSON.stringify(await this.#client.task(method, { taskId })));
    }
    this.answers.push(JSON.stringify(await this.#client.task("List", { queue: QUEUE })));
    worker.send({ settle: { settlements } });
    await this.#reaches(taskId, "SUCCEEDED");
  }

  async #comesFromAutomation(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const task = { queue: QUEUE, type: "dig", labels: { shaft: CANARY } };
    const daily = { ...task, payload: BYTES };
    const schedule = { name: "shift", task: daily, fixedRate: { seconds: 3_600 } };
    await this.#client.call("ScheduleService", "PutSchedule", { schedule });
    await this.#client.call("ScheduleService", "TriggerSchedule", { name: "shift" });
    await this.#granted(worker);
    const subscription = { name: "bell", eventType: "rung", task };
    await this.#client.call("EventService", "PutSubscription", { subscription });
    const event = { id: CANARY, source: `/${CANARY}`, type: "rung", data: BYTES };
    await this.#client.call("EventService", "Publish", { event });
    await this.#granted(worker);
  }

  async #isRefused(): Promise<void> {
    await failureOf(this.#submit({ queue: `no name ${CANARY}` }));
    await failureOf(this.#submit({ labels: { [`no name ${CANARY}`]: CANARY } }));
    const refused = await fetch(`http://${this.#http}/v1/events`, {
      method: "POST",
      headers: { "content-type": "application/cloudevents+json" },
      body: `{"${CANARY}`,
    });
    assert.equal(refused.status, 400);
  }

  async #crashes(worker: StreamProbe<WorkerFrame, ServerFrame>): Promise<void> {
    const taskId = await this.#submit({ retryPolicy: { maxCrashes: 1 } });
    await this.#granted(worker);
    worker.cancel();
    await this.#reaches(taskId, "DEAD");
  }
}

describe("What users send, and what proves a session and a lease,", () => {
  const sink = new OtlpSink();
  let folder: string;
  let redis: RedisServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "baton-canary-"));
    redis = await startRedis();
    await sink.start();
  });

  after(async () => {
    await sink.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  const stores = {
    SQLite: () => `sqlite:${join(folder, "baton.db")}`,
    Redis: () => redis.url,
  };

  for (const [name, storeOf] of Object.entries(stores)) {
    it(`is in no log, span or metric of a dispatcher on ${name}`, async () => {
      const dispatcher = new Dispatcher(storeOf(), {
        ...sink.environment,
        BATON_ALLOW_UNSAFE_REDIS: "true",
      });
      const miner = new Miner(
        await dispatcher.lineAfter("ready"),
        await dispatcher.lineAfter("http"),
      );
      let metrics: string;
      try {
        await miner.work();
        metrics = await miner.metrics();
      } finally {
        miner.close();
        await dispatcher.stop();
      }
      // First that everything was told at all.
      for (const told of ["a task is dead", "a task was cancelled", "a settlement was stale"]) {
        assert.ok(dispatcher.output.includes(told), `${told} is not in: ${dispatcher.output}`);
      }
      assert.ok(dispatcher.output.includes('"error_type":"CaveIn"'));
      for (const span of ["wait mine", "process mine", "crashed"]) {
        assert.ok(sink.text.includes(span), span);
      }
      assert.ok(samplesOf(metrics).length > 50);
      for (const [where, text] of Object.entries({
        log: dispatcher.output,
        sink: sink.text,
        metrics,
      })) {
        const at = text.indexOf(CANARY);
        assert.equal(at, -1, `${where}: ${text.slice(Math.max(0, at - 200), at + 50)}`);
        assert.ok(!text.includes(BYTES.toString("base64")), where);
        for (const secret of miner.secrets) {
          assert.ok(!text.includes(secret), `${where} has ${secret}`);
        }
      }
      assert.ok(miner.secrets.size > 8);
      const keys = [...miner.secrets].filter((secret) => isSessionKey(secret));
      assert.equal(keys.length, 2);
      assert.ok(miner.answers.every((answer) => keys.every((key) => !answer.includes(key))));
    }).timeout(40_000);
  }
});
