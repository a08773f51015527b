import type {
  Dispatcher,
  DispatcherLoad,
  Explanation,
  HeldLease,
  ListPage,
  ListQuery,
  NewTask,
  QueueStats,
  SettlementAnswer,
  SubmitOutcome,
  TaskFollower,
  WorkerHello,
  WorkerLink,
  WorkerSession,
  WorkerSettlement,
} from "../../../server/src/dispatch/contract.ts";
import type { QueueControl } from "../../../server/src/dispatch/queue-control.ts";
import type { WorkerControl } from "../../../server/src/dispatch/worker-control.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../../server/src/domain/flow/queue-settings.ts";
import { applyUpdate } from "../../../server/src/domain/flow/settings-update.ts";
import {
  newSessionKey,
  type QueueName,
  type SessionKey,
  sessionIdOf,
  type TaskId,
  taskIdOfRequest,
} from "../../../server/src/domain/ids.ts";
import type { Task } from "../../../server/src/domain/task.ts";
import { noTasksOf } from "../../../server/src/store/store.ts";

/** What a session was told, in words, in order. */
export type SessionCall =
  | { readonly kind: "credit"; readonly tasks: number }
  | { readonly kind: "heartbeat"; readonly leases: readonly HeldLease[]; readonly sequence: number }
  | { readonly kind: "settle"; readonly batch: readonly WorkerSettlement[] }
  | { readonly kind: "drain" }
  | { readonly kind: "rotate" }
  | { readonly kind: "closed" };

/** A session that writes down what it is told. */
export class ScriptedSession implements WorkerSession {
  readonly key = newSessionKey();
  readonly id = sessionIdOf(this.key);
  readonly calls: SessionCall[] = [];
  readonly hello: WorkerHello;
  readonly link: WorkerLink;

  constructor(hello: WorkerHello, link: WorkerLink) {
    this.hello = hello;
    this.link = link;
  }

  addCredit(tasks: number): void {
    this.calls.push({ kind: "credit", tasks });
  }

  heartbeat(leases: readonly HeldLease[], sequence: number): void {
    this.calls.push({ kind: "heartbeat", leases, sequence });
  }

  settle(batch: readonly WorkerSettlement[]): void {
    this.calls.push({ kind: "settle", batch });
  }

  drain(): void {
    this.calls.push({ kind: "drain" });
  }

  rotate(): void {
    this.calls.push({ kind: "rotate" });
  }

  closed(): void {
    this.calls.push({ kind: "closed" });
  }

  /** The kinds of the calls, for short. */
  get kinds(): readonly string[] {
    return this.calls.map(({ kind }) => kind);
  }
}

/**
 * A dispatcher that a test scripts, for what the real one does rarely or never: it fails, waits, or
 * floods. Each method may be replaced.
 */
export class ScriptedDispatcher implements Dispatcher {
  readonly sessions: ScriptedSession[] = [];
  readonly submitted: NewTask[] = [];
  ready = true;
  readonly workers: WorkerControl = {
    list: async () => ({ workers: [], next: null, unanswered: [] }),
    drain: async () => ({ sessionIds: [], unanswered: [] }),
  };
  readonly queues: QueueControl = {
    get: async (queue) => ({ stats: noTasksOf(queue), settings: DEFAULT_QUEUE_SETTINGS }),
    list: async () => ({ queues: [], unanswered: [], next: null }),
    update: async (queue, update) => ({
      stats: noTasksOf(queue),
      settings: applyUpdate(DEFAULT_QUEUE_SETTINGS, update),
    }),
    putKey: async () => {},
    keys: async () => ({ keys: [], next: null }),
    countDead: async () => ({ groups: [], unanswered: [], next: null }),
    remove: async () => ({ wasThere: false, isPart: false }),
  };

  submit(
    batch: readonly NewTask[],
    done: (answer: readonly SubmitOutcome[] | TaskError) => void,
  ): void {
    this.submitted.push(...batch);
    done(batch.map(() => ({ kind: "created" })));
  }

  submitOwn(...args: Parameters<Dispatcher["submit"]>): void {
    this.submit(...args);
  }

  async openSession(hello: WorkerHello, link: WorkerLink): Promise<WorkerSession> {
    const session = new ScriptedSession(hello, link);
    this.sessions.push(session);
    link.send({
      kind: "welcome",
      sessionKey: session.key,
      leaseTtlMs: 15_000,
      heartbeatIntervalMs: 5_000,
      kept: hello.held,
      lost: [],
    });
    return session;
  }

  async settle(_key: SessionKey, batch: readonly WorkerSettlement[]): Promise<SettlementAnswer[]> {
    return batch.map(({ lease }) => ({ lease, status: "OK", reason: "" }));
  }

  getByRequestId(queue: QueueName, requestId: string): Promise<Task> {
    return this.get(taskIdOfRequest(queue, requestId));
  }

  async get(_id: TaskId): Promise<Task> {
    throw new TaskError("TASK_NOT_FOUND", "no such task");
  }

  async list(_query: ListQuery): Promise<ListPage> {
    return { tasks: [], next: null };
  }

  async awaitFinal(_id: TaskId, signal: AbortSignal): Promise<Task> {
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }

  follow(_id: TaskId, _follower: TaskFollower): () => void {
    return () => undefined;
  }

  async *watch(_id: TaskId, signal: AbortSignal): AsyncIterable<Task> {
    yield* [];
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve);
    });
  }

  async cancel(_id: TaskId, _reason: string): Promise<Task> {
    throw new TaskError("TASK_NOT_FOUND", "no such task");
  }

  async redrive(_id: TaskId): Promise<Task> {
    throw new TaskError("TASK_NOT_FOUND", "no such task");
  }

  async runNow(_id: TaskId): Promise<Task> {
    throw new TaskError("TASK_NOT_FOUND", "no such task");
  }

  async delete(_id: TaskId): Promise<void> {
    throw new TaskError("TASK_NOT_FOUND", "no such task");
  }

  async explain(_id: TaskId): Promise<Explanation> {
    throw new TaskError("TASK_NOT_FOUND", "no such task");
  }

  async stats(_queues?: readonly QueueName[]): Promise<QueueStats[]> {
    return [];
  }

  load(): DispatcherLoad {
    return { sessions: 0, credit: 0, queuesAway: 0 };
  }

  isReady(): boolean {
    return this.ready;
  }

  async start(): Promise<void> {}

  async drain(_graceMs: number): Promise<void> {
    for (const { link } of this.sessions) {
      link.send({ kind: "drain", cause: "SHUTDOWN", graceMs: 0 });
      link.end(null);
    }
  }

  async stop(): Promise<void> {}

  /** The newest session. */
  get session(): ScriptedSession {
    const session = this.sessions.at(-1);
    if (session === undefined) {
      throw new Error("no session was opened");
    }
    return session;
  }
}
