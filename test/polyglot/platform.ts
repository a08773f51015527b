import assert from "node:assert/strict";
import type { Cluster } from "../crash/support/cluster.ts";
import { hashOf, monotonicMs } from "../crash/support/history/history.ts";
import { type TaskCalls, taskSeen } from "../crash/support/load/task-calls.ts";
import { Child } from "../support/processes/child.ts";
import { eventually } from "../support/time/eventually.ts";
import { RecordingRelay } from "./recording-relay.ts";
import type { Language } from "./toolchains.ts";

/** The queue that every language works on. */
export const QUEUE = "polyglot";

/** A worker that can be killed and started again, behind a relay that writes down what it says. */
export class ForeignWorker {
  readonly name: string;
  readonly relay: RecordingRelay;
  readonly #language: Language;
  readonly #cluster: Cluster;
  readonly #environment: Readonly<Record<string, string>>;
  #child: Child;

  private constructor(
    language: Language,
    cluster: Cluster,
    relay: RecordingRelay,
    environment: Readonly<Record<string, string>>,
  ) {
    this.name = language.name;
    this.relay = relay;
    this.#language = language;
    this.#cluster = cluster;
    this.#environment = environment;
    this.#child = this.#start();
  }

  /** Starts a language's worker with a relay to the cluster's dispatcher. */
  static async start(
    language: Language,
    cluster: Cluster,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ForeignWorker> {
    const dispatcher = cluster.addresses[0] ?? "";
    const { relay, address } = await RecordingRelay.open(language.name, dispatcher, cluster.folder);
    const environment = {
      BATON_ADDRESS: address,
      BATON_QUEUE: QUEUE,
      BATON_CONCURRENCY: "4",
      ...more,
    };
    return new ForeignWorker(language, cluster, relay, environment);
  }

  /** Whether the process that runs now has started a handler, or does within a moment. */
  async isBusy(): Promise<boolean> {
    return this.#child.line(/^started /, 500).then(
      () => true,
      () => false,
    );
  }

  /** Kills the process in its work and starts another. */
  async replace(): Promise<void> {
    this.#cluster.history.add({ kind: "killed", target: this.name });
    await this.#child.kill();
    this.#child = this.#start();
  }

  /** Asks the process to drain; fails where it does not end with 0. */
  async drain(): Promise<void> {
    const { code, signal } = await this.#child.stop(20_000);
    assert.equal(code, 0, `${this.name} ended with ${signal ?? code}: ${this.#child.complaints}`);
  }

  async destroy(): Promise<void> {
    await this.#child.kill();
    this.relay.close();
  }

  #start(): Child {
    const [command, ...args] = this.#language.command;
    return new Child({ command, args, env: this.#environment });
  }
}

/** Submits a task with the calls of the TypeScript client and writes down what was answered. */
export async function submit(
  calls: TaskCalls,
  cluster: Cluster,
  task: { readonly op: string; readonly type: string; readonly payload: string },
): Promise<string> {
  const sinceMs = monotonicMs();
  const { op, type } = task;
  const payload = Buffer.from(task.payload);
  const requestId = op;
  cluster.history.add({
    kind: "submit",
    op,
    queue: QUEUE,
    requestId,
    payloadHash: hashOf(payload),
    delayMs: 0,
    concurrencyKey: "",
    orderingKey: "",
    wallMs: Date.now(),
    isConflict: false,
  });
  const retryPolicy = { maxCrashes: 20 };
  const spec = { queue: QUEUE, type, payload, headers: { op }, requestId, retryPolicy };
  const answer = await calls.submit(spec, 10_000);
  assert.equal(answer.outcome, "ok", `submit ${op}: ${answer.reason}`);
  const receipt = answer.response.receipt;
  cluster.history.add({
    kind: "submitted",
    op,
    sinceMs,
    outcome: "ok",
    taskId: receipt?.taskId ?? "",
    isDeduplicated: receipt?.deduplicated ?? false,
    isConflict: false,
    reason: "",
  });
  return receipt?.taskId ?? "";
}

/** Waits until a task has succeeded, writes down how it ended, and returns its result. */
export async function resultOf(
  calls: TaskCalls,
  cluster: Cluster,
  taskId: string,
): Promise<string> {
  return eventually(
    async () => {
      const sinceMs = monotonicMs();
      const answer = await calls.get(taskId);
      assert.equal(answer.outcome, "ok");
      const { task } = answer.response;
      assert.equal(task?.state, "TASK_STATE_SUCCEEDED", `${taskId} is ${task?.state}`);
      cluster.history.add({ kind: "read", sinceMs, taskId, task: taskSeen(task), isLast: true });
      return Buffer.from(task.result?.value ?? []).toString();
    },
    { withinMs: 90_000 },
  );
}
