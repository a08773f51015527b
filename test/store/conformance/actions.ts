import assert from "node:assert/strict";
import {
  type LeaseRef,
  newStreamId,
  type QueueName,
  type SessionId,
  type StreamId,
  type TaskId,
  type TaskType,
  type WorkerId,
} from "../../../server/src/domain/ids.ts";
import type {
  Failure,
  LeasedTask,
  Progress,
  Task,
  TaskSpec,
} from "../../../server/src/domain/task.ts";
import type {
  CancelOutcome,
  NextStep,
  RedriveOutcome,
  RenewOutcome,
  ReportOutcome,
  SessionOpened,
  Settlement,
  SettlementOutcome,
  SettleOutcome,
  Store,
  SubmitOutcome,
  SweepReport,
} from "../../../server/src/store/store.ts";
import { newSessionId, newTask, QUEUE } from "../../support/task-factory.ts";

/** The ttl of sessions that do not name another. */
export const TTL_MS = 15_000;

/** The failure of attempts that do not name another. */
export const FAILURE: Failure = { type: "Boom", message: "it broke", stack: "at work" };

/** A session as its worker knows it. */
export interface TestSession {
  readonly sessionId: SessionId;
  readonly streamId: StreamId;
  readonly workerId: WorkerId;
  readonly queue: QueueName;
}

/** A leased task, and the session that has it. */
export interface HeldTask extends LeasedTask {
  readonly sessionId: SessionId;
}

/** Returns the only item of a batch's answer. */
export function only<Item>(items: readonly Item[]): Item {
  assert.equal(items.length, 1);
  return items[0] as Item;
}

/** Submits a task that must be new. Returns the id that the store gave it. */
export async function submit(store: Store, overrides: Partial<TaskSpec> = {}): Promise<TaskId> {
  const task = newTask(overrides);
  const { id = task.id, ...outcome } = only(await store.submit([task]));
  assert.deepEqual(outcome, { kind: "created" });
  return id;
}

/** Submits a task whatever comes of it. */
export async function trySubmit(
  store: Store,
  overrides: Partial<TaskSpec>,
): Promise<SubmitOutcome["kind"]> {
  return only(await store.submit([newTask(overrides)])).kind;
}

type Opened = Extract<SessionOpened, { kind: "ok" }>;

/** What an opening may set; the rest is as for a new session. */
export interface OpenOptions {
  readonly session?: TestSession;
  /** The number of the stream; 0, which is none, where it is absent. */
  readonly stream?: number;
  readonly queue?: QueueName;
  readonly workerId?: string;
  readonly ttlMs?: number;
  readonly types?: readonly TaskType[] | null;
  readonly held?: readonly LeaseRef[];
}

/** Opens a session, a new one or the one given on another stream. */
export async function openSession(store: Store, options: OpenOptions = {}): Promise<TestSession> {
  return (await resume(store, options)).session;
}

/** Opens a session and says what it has. */
export async function resume(
  store: Store,
  options: OpenOptions,
): Promise<{ session: TestSession; opened: Omit<Opened, "kind" | "mayHaveTasks"> }> {
  const { session, outcome } = await tryResume(store, options);
  assert.ok(outcome.kind === "ok");
  const { kept, lost, released } = outcome;
  return { session, opened: { kept, lost, released } };
}

/** Opens a session, whatever comes of it. */
export async function tryResume(
  store: Store,
  options: OpenOptions,
): Promise<{ session: TestSession; outcome: SessionOpened }> {
  const session = {
    sessionId: options.session?.sessionId ?? newSessionId(),
    streamId: newStreamId(options.stream),
    workerId: (options.workerId ?? options.session?.workerId ?? "worker-1") as WorkerId,
    queue: options.queue ?? options.session?.queue ?? QUEUE,
  };
  const opening = {
    ...session,
    ttlMs: options.ttlMs ?? TTL_MS,
    types: options.types ?? null,
    held: options.held ?? [],
  };
  return { session, outcome: only(await store.openSession([opening])) };
}

/** Renews a session, for its usual ttl where none is given. */
export async function renew(
  store: Store,
  session: TestSession,
  ttlMs = TTL_MS,
): Promise<RenewOutcome> {
  const { sessionId, streamId, queue } = session;
  return only(await store.renew([{ sessionId, streamId, queue, ttlMs }]));
}

/** What a lease may set; the rest asks for anything. */
export interface LeaseOptions {
  readonly limit?: number;
  readonly isApart?: boolean;
  readonly types?: readonly TaskType[];
  readonly maxPayloadBytes?: number;
}

/** Leases to a session that must be live. */
export async function lease(
  store: Store,
  session: TestSession,
  options: LeaseOptions = {},
): Promise<readonly HeldTask[]> {
  const { sessionId } = session;
  const outcome = await store.lease({
    queue: session.queue,
    types: options.types ?? null,
    sessionId,
    streamId: session.streamId,
    workerId: session.workerId,
    limit: options.limit ?? 100,
    isApart: options.isApart ?? false,
    maxPayloadBytes: options.maxPayloadBytes ?? 4 * 1024 * 1024,
  });
  assert.equal(outcome.kind, "ok");
  return outcome.tasks.map((task) => ({ ...task, sessionId }));
}

/** Leases one task, which must be there. */
export async function leaseOne(
  store: Store,
  session: TestSession,
  options: LeaseOptions = {},
): Promise<HeldTask> {
  return only(await lease(store, session, { limit: 1, ...options }));
}

/** Names a leased task's lease. */
export function refOf(task: LeasedTask): LeaseRef {
  return { taskId: task.id, token: task.token };
}

/** Names leased tasks' leases. */
export function refsOf(tasks: readonly LeasedTask[]): LeaseRef[] {
  return tasks.map(refOf);
}

/** The end of a task's lease, said by the session that has it. */
export function settlementOf(task: HeldTask, outcome: SettlementOutcome): Settlement {
  return { sessionId: task.sessionId, lease: refOf(task), outcome };
}

/** Settles one lease. */
export async function settle(
  store: Store,
  task: HeldTask,
  outcome: SettlementOutcome,
): Promise<SettleOutcome> {
  return only(await store.settle([settlementOf(task, outcome)]));
}

/** Reports on one lease, by default nothing but that it runs. */
export async function report(
  store: Store,
  task: HeldTask,
  said: { progress?: Progress; checkpoint?: Uint8Array } = {},
): Promise<ReportOutcome["kind"]> {
  const { progress = null, checkpoint = null } = said;
  const { sessionId } = task;
  return only(await store.report([{ sessionId, lease: refOf(task), progress, checkpoint }])).kind;
}

/** The outcome of a handler that returned. */
export function complete(text = "done", contentType = "text/plain"): SettlementOutcome {
  return { kind: "complete", result: { value: Buffer.from(text), contentType } };
}

/** The outcome of a handler that threw, to be tried again. */
export function retry(delayMs = 0, failure = FAILURE): SettlementOutcome {
  return fail({ kind: "retry", delayMs }, failure);
}

/** The outcome of a handler that threw for the last time. */
export function die(failure = FAILURE): SettlementOutcome {
  return fail({ kind: "die" }, failure);
}

/** The outcome of a worker that gives the task back. */
export function release(delayMs = 0): SettlementOutcome {
  return { kind: "release", delayMs };
}

/** The outcome of an attempt that ran out of time. */
export function timedOut(next: NextStep = { kind: "retry", delayMs: 0 }): SettlementOutcome {
  return { kind: "timed_out", failure: { ...FAILURE, type: "attempt_timeout" }, next };
}

function fail(next: NextStep, failure: Failure): SettlementOutcome {
  return { kind: "fail", failure, next };
}

/** Returns a task, which must be there. */
export async function find(store: Store, id: TaskId): Promise<Task> {
  const task = only(await store.get([id]));
  assert.ok(task !== null, `no task ${id}`);
  return task;
}

/** Sweeps a queue once, with room for all that is due. */
export function sweep(store: Store, queue = QUEUE): Promise<SweepReport> {
  return store.sweep(queue, 1_000);
}

/** Cancels one task. */
export async function cancel(store: Store, taskId: TaskId, reason = ""): Promise<CancelOutcome> {
  return only(await store.cancel([{ taskId, reason }]));
}

/** Redrives one task. */
export async function redrive(store: Store, taskId: TaskId): Promise<RedriveOutcome> {
  return only(await store.redrive([taskId]));
}

/** Returns how many tasks of a queue are in each state. */
export async function countsOf(store: Store, queue = QUEUE) {
  return only(await store.stats([queue])).counts;
}
