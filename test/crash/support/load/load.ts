import { eventually } from "../../../support/time/eventually.ts";
import type { Cluster } from "../cluster.ts";
import type { HistoryEvent } from "../history/events.ts";
import { History, hashOf, monotonicMs, readHistories } from "../history/history.ts";
import type { Plan } from "./plan.ts";
import { TaskCalls } from "./task-calls.ts";

/** Submits chosen tasks to a cluster, and writes it down as a submitter does. */
export class Load {
  readonly #cluster: Cluster;
  readonly #history: History;
  readonly #calls: TaskCalls;
  #submitted = 0;

  constructor(cluster: Cluster, dispatcher = 0) {
    this.#cluster = cluster;
    this.#history = new History(cluster.folder, `load${dispatcher}`);
    this.#calls = new TaskCalls(cluster.directAddresses[dispatcher] ?? "");
  }

  /** Submits so many tasks; returns the ids of those that were answered. */
  async submit(count: number, plan: Partial<Plan> = {}, queue = "alpha"): Promise<string[]> {
    const ids = await Promise.all(
      Array.from({ length: count }, () => this.#submitOne({ ...PLAIN, ...plan }, queue)),
    );
    return ids.filter((id) => id !== "");
  }

  /** Waits until so many handlers have begun on the tasks, each counted once. */
  async started(ids: readonly string[], by: string, withinMs = 15_000): Promise<void> {
    await this.#seen(ids, withinMs, (event) => event.kind === "start" && event.by === by);
  }

  /** Waits until a worker was welcomed, so that it has room. */
  async welcomed(by: string): Promise<void> {
    await eventually(
      () => {
        const events = readHistories(this.#cluster.folder);
        if (!events.some((event) => event.kind === "welcome" && event.by === by)) {
          throw new Error(`${by} has not been welcomed so far`);
        }
      },
      { withinMs: 10_000 },
    );
  }

  /** Waits until each task was completed. */
  async completed(ids: readonly string[], withinMs = 30_000): Promise<void> {
    await this.#seen(
      ids,
      withinMs,
      (event) =>
        event.kind === "settle_ack" && event.status === "OK" && event.outcome === "complete",
    );
  }

  close(): void {
    this.#calls.close();
    this.#history.close();
  }

  async #seen(
    ids: readonly string[],
    withinMs: number,
    counts: (event: HistoryEvent) => boolean,
  ): Promise<void> {
    await eventually(
      () => {
        const seen = new Set<string>();
        for (const event of readHistories(this.#cluster.folder)) {
          if ("taskId" in event && counts(event)) {
            seen.add(event.taskId);
          }
        }
        const missing = ids.filter((id) => !seen.has(id));
        if (missing.length > 0) {
          throw new Error(`${missing.length} of ${ids.length} tasks have not come so far`);
        }
      },
      { withinMs },
    );
  }

  async #submitOne(plan: Omit<Plan, "op">, queue: string): Promise<string> {
    this.#submitted += 1;
    const op = `load.${this.#submitted}`;
    const payload = Buffer.from(JSON.stringify({ ...plan, op }));
    const sinceMs = monotonicMs();
    const common = { op, isConflict: false } as const;
    this.#history.add({
      kind: "submit",
      ...common,
      queue,
      requestId: op,
      payloadHash: hashOf(payload),
      delayMs: 0,
      concurrencyKey: "",
      orderingKey: "",
      wallMs: Date.now(),
    });
    const answer = await this.#calls.submit({
      queue,
      type: "chaos",
      payload,
      contentType: "application/json",
      headers: { op },
      requestId: op,
      retryPolicy: { maxCrashes: 100 },
    });
    const receipt = answer.outcome === "ok" ? answer.response.receipt : null;
    this.#history.add({
      kind: "submitted",
      ...common,
      sinceMs,
      outcome: answer.outcome,
      taskId: receipt?.taskId ?? "",
      isDeduplicated: receipt?.deduplicated ?? false,
      reason: answer.reason,
    });
    return receipt?.taskId ?? "";
  }
}

const PLAIN: Omit<Plan, "op"> = {
  workMs: 0,
  failures: 0,
  releases: 0,
  hangsOnce: false,
  padding: "",
};
