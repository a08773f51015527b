import { CRASH_MEMORY_MS } from "../../../server/src/domain/crashes.ts";
import type {
  LeaseRef,
  LeaseToken,
  QueueName,
  SessionId,
  TaskId,
} from "../../../server/src/domain/ids.ts";
import { isOvertaken, queueOfTask } from "../../../server/src/domain/ids.ts";
import type { LeasedTask, Task } from "../../../server/src/domain/task.ts";
import { CRASHED_FAILURE } from "../../../server/src/domain/task.ts";
import {
  isFinal,
  isWaiting,
  TASK_STATES,
  type TaskState,
} from "../../../server/src/domain/task-state.ts";
import type {
  Cancellation,
  CancelOutcome,
  LeaseOutcome,
  LeaseRequest,
  NewTask,
  RedriveOutcome,
  RenewOutcome,
  Report,
  ReportOutcome,
  SessionOpened,
  SessionOpening,
  SessionRenewal,
  Settlement,
  SettleOutcome,
  SubmitOutcome,
  SweepReport,
} from "../../../server/src/store/store.ts";
import { DEAD_RETENTION_MS } from "../conformance/harness.ts";
import { isApart, isLeasable, type ModelSession, type ModelTask, startByMs } from "./model-task.ts";

/**
 * What `store.ts` says, in the plainest code there is: no batches, no indexes, no time of its own. The
 * one thing it takes from the store under test are the tokens, since nobody can foretell those.
 */
export class StoreModel {
  nowMs = 0;
  readonly tasks = new Map<TaskId, ModelTask>();
  readonly #sessions = new Map<string, ModelSession>();
  #seq = 0;

  submit({ id, spec, fingerprint }: NewTask): SubmitOutcome {
    const known = this.tasks.get(id);
    if (known !== undefined) {
      return { kind: known.fingerprint === fingerprint ? "known" : "reused" };
    }
    const { due } = spec;
    const asked = due.kind === "now" ? 0 : due.kind === "at" ? due.atMs : this.nowMs + due.delayMs;
    const dueAtMs = Math.max(this.nowMs, asked);
    this.tasks.set(id, {
      id,
      spec,
      fingerprint,
      seq: this.#seq++,
      state: dueAtMs <= this.nowMs ? "READY" : "SCHEDULED",
      firstDueAtMs: dueAtMs,
      dueAtMs,
      submittedAtMs: this.nowMs,
      startedAtMs: null,
      finishedAtMs: null,
      purgeAtMs: null,
      timeoutAtMs: 0,
      attempt: 0,
      crashes: 0,
      deliveries: 0,
      token: 0 as LeaseToken,
      workerId: "",
      session: null,
      holder: "",
      ended: null,
      progress: null,
      checkpoint: new Uint8Array(0),
      result: null,
      lastFailure: null,
      cancelReason: "",
    });
    return { kind: "created" };
  }

  /** As the store's; the tokens are those of the lease before until {@link StoreModel.granted}. */
  lease(request: LeaseRequest): LeaseOutcome {
    const session = this.#liveSession(request);
    if (session === null) {
      return { kind: "session_gone" };
    }
    if (session.streamId !== request.streamId) {
      return { kind: "superseded" };
    }
    this.#expireAndPromote(request.queue);
    const tasks: LeasedTask[] = [];
    let bytes = 0;
    for (const task of this.line(request.queue)) {
      const isMissed = isApart(task) !== (request.isApart ?? false);
      if (isMissed || request.types?.includes(task.spec.type) === false) {
        continue;
      }
      bytes += task.spec.payload.length;
      const isTooMuch = tasks.length > 0 && bytes > request.maxPayloadBytes;
      if (tasks.length === request.limit || isTooMuch) {
        break;
      }
      tasks.push(this.#leaseOne(task, session));
    }
    const left = this.line(request.queue);
    const suspects = [...new Set(left.filter(isApart).map(({ spec }) => spec.type))];
    return { kind: "ok", tasks, left: left.length, ...(suspects.length === 0 ? {} : { suspects }) };
  }

  /** Tells the token that the store gave to a task that was just leased. */
  granted({ taskId, token }: LeaseRef): void {
    const task = this.tasks.get(taskId);
    if (task !== undefined) {
      task.token = token;
    }
  }

  settle({ sessionId, lease, outcome }: Settlement): SettleOutcome {
    const task = this.tasks.get(lease.taskId);
    if (task === undefined) {
      return { kind: "not_found" };
    }
    const isHolder = task.token === lease.token && task.holder === sessionId;
    if (!isHolder || task.deliveries === 0) {
      return { kind: "stale" };
    }
    if (task.ended?.kind === outcome.kind) {
      return { kind: "ok", state: task.ended.state, isRepeat: true };
    }
    const isLate = task.ended?.kind === "reclaim" && task.state === "READY";
    if (task.state !== "LEASED" && !(isLate && outcome.kind === "complete")) {
      return { kind: "stale" };
    }
    const end = (state: TaskState): SettleOutcome => {
      task.ended = { kind: outcome.kind, state };
      return { kind: "ok", state, isRepeat: false };
    };
    if (outcome.kind === "complete") {
      task.result = outcome.result;
      this.#finish(task, "SUCCEEDED");
      return end("SUCCEEDED");
    }
    if (outcome.kind === "release") {
      task.attempt -= 1;
      return end(this.#giveBack(task, outcome.delayMs));
    }
    if (outcome.kind === "timed_out") {
      task.session?.notices.push({ lease, cause: "timed_out", reason: "" });
    }
    task.lastFailure = outcome.failure;
    if (outcome.next.kind === "die" || task.attempt >= task.spec.retryPolicy.maxAttempts) {
      this.#finish(task, "DEAD");
      return end("DEAD");
    }
    task.crashes = 0;
    return end(this.#giveBack(task, outcome.next.delayMs));
  }

  report({ sessionId, lease, progress, checkpoint }: Report): ReportOutcome {
    const task = this.tasks.get(lease.taskId);
    if (task?.state !== "LEASED" || task.token !== lease.token || task.holder !== sessionId) {
      return { kind: "stale" };
    }
    task.progress = progress ?? task.progress;
    task.checkpoint = checkpoint ?? task.checkpoint;
    return { kind: "ok" };
  }

  openSession(opening: SessionOpening): SessionOpened {
    const { sessionId, streamId, workerId, queue, ttlMs, held } = opening;
    const known = this.#sessions.get(keyOf(opening));
    const present = this.#liveSession(opening);
    if (present !== null && isOvertaken(streamId, present.streamId)) {
      return { kind: "superseded" };
    }
    const notices = known?.notices ?? [];
    const expiresAtMs = this.nowMs + ttlMs;
    const session = { sessionId, streamId, workerId, queue, notices, expiresAtMs };
    this.#sessions.set(keyOf(opening), session);
    const own = [...this.tasks.values()].filter((task) => known && task.session === known);
    const isOwn = (ref: LeaseRef) =>
      own.some(({ id, token }) => id === ref.taskId && token === ref.token);
    const kept = held.filter(isOwn);
    const released: LeaseRef[] = [];
    for (const task of own) {
      if (kept.some(({ taskId }) => taskId === task.id)) {
        task.session = session;
      } else {
        released.push({ taskId: task.id, token: task.token });
        task.attempt -= 1;
        task.ended = { kind: "release", state: this.#giveBack(task, 0) };
      }
    }
    const lost = held.filter((ref) => !isOwn(ref));
    const mayHaveTasks = this.#inQueue(queue).some((task) => isLeasable(task, this.nowMs));
    return { kind: "ok", kept, lost, released, mayHaveTasks };
  }

  renew(renewal: SessionRenewal): RenewOutcome {
    const session = this.#liveSession(renewal);
    if (session === null) {
      return { kind: "gone" };
    }
    if (session.streamId !== renewal.streamId) {
      return { kind: "superseded" };
    }
    session.expiresAtMs = this.nowMs + renewal.ttlMs;
    return { kind: "ok", notices: session.notices.splice(0) };
  }

  /** As the store's with room for everything; `nextInMs` leaves out sessions that hold nothing. */
  sweep(queue: QueueName): SweepReport {
    const { promoted, expired } = this.#expireAndPromote(queue);
    const reclaimed = this.#reclaim(queue);
    const due = this.#inQueue(queue).filter((task) => (task.purgeAtMs ?? Infinity) <= this.nowMs);
    for (const task of due) {
      this.tasks.delete(task.id);
    }
    const timedOut = this.#inQueue(queue)
      .filter((task) => task.state === "LEASED" && task.timeoutAtMs <= this.nowMs)
      .map(({ id, token, holder, attempt, spec }) => ({
        lease: { taskId: id, token },
        sessionId: holder as SessionId,
        attempt,
        retryPolicy: spec.retryPolicy,
      }));
    const nextInMs = this.#nextInMs(queue);
    return { promoted, expired, purged: due.length, reclaimed, timedOut, nextInMs };
  }

  cancel({ taskId, reason }: Cancellation): CancelOutcome {
    const task = this.tasks.get(taskId);
    if (task === undefined) {
      return { kind: "not_found" };
    }
    if (isFinal(task.state)) {
      return task.state === "CANCELLED"
        ? { kind: "repeated" }
        : { kind: "final", state: task.state };
    }
    if (task.state === "LEASED") {
      const lease = { taskId, token: task.token };
      task.session?.notices.push({ lease, cause: "cancelled", reason });
      task.ended = { kind: "cancel", state: "CANCELLED" };
    }
    task.cancelReason = reason;
    this.#finish(task, "CANCELLED");
    return { kind: "ok" };
  }

  redrive(id: TaskId): RedriveOutcome {
    const task = this.tasks.get(id);
    if (task === undefined) {
      return { kind: "not_found" };
    }
    if (task.state !== "DEAD") {
      return { kind: "not_dead", state: task.state };
    }
    Object.assign(task, { state: "READY", attempt: 0, crashes: 0, seq: this.#seq++ });
    Object.assign(task, { finishedAtMs: null, purgeAtMs: null });
    Object.assign(task, { dueAtMs: this.nowMs, firstDueAtMs: this.nowMs });
    return { kind: "ok" };
  }

  get(id: TaskId): Task | null {
    const task = this.tasks.get(id);
    if (task === undefined) {
      return null;
    }
    const ahead = this.line(queueOfTask(id)).indexOf(task);
    const progress = isWaiting(task.state) ? null : task.progress;
    return { ...task, progress, ahead: ahead < 0 ? null : ahead };
  }

  counts(queue: QueueName): Record<TaskState, number> {
    const states = this.#inQueue(queue).map(({ state }) => state);
    const count = (state: TaskState) => states.filter((one) => one === state).length;
    return Object.fromEntries(TASK_STATES.map((state) => [state, count(state)])) as Record<
      TaskState,
      number
    >;
  }

  #leaseOne(task: ModelTask, session: ModelSession): LeasedTask {
    const { id, spec, token, crashes, checkpoint, dueAtMs } = task;
    task.state = "LEASED";
    task.attempt += 1;
    task.deliveries += 1;
    task.session = session;
    task.holder = session.sessionId;
    task.workerId = session.workerId;
    task.startedAtMs = this.nowMs;
    task.timeoutAtMs = this.nowMs + spec.attemptTimeoutMs;
    task.ended = null;
    task.progress = null;
    const queuedMs = Math.max(0, this.nowMs - dueAtMs);
    const { attempt, lastFailure } = task;
    const previousTraceparent = lastFailure?.traceparent ?? "";
    return { id, token, spec, attempt, crashes, checkpoint, previousTraceparent, queuedMs };
  }

  #giveBack(task: ModelTask, delayMs: number): TaskState {
    task.state = delayMs > 0 ? "SCHEDULED" : "READY";
    task.dueAtMs = this.nowMs + delayMs;
    task.session = null;
    return task.state;
  }

  #finish(task: ModelTask, state: TaskState): void {
    const { spec } = task;
    const rememberedUntil =
      spec.requestId === "" ? 0 : task.submittedAtMs + spec.deduplicationWindowMs;
    const leastMs = state === "DEAD" ? DEAD_RETENTION_MS : 0;
    const retentionMs = Math.max(spec.retentionMs, leastMs);
    task.state = state;
    task.session = null;
    task.finishedAtMs = this.nowMs;
    task.purgeAtMs = Math.max(this.nowMs + retentionMs, rememberedUntil);
  }

  #expireAndPromote(queue: QueueName): { promoted: number; expired: number } {
    let [promoted, expired] = [0, 0];
    for (const task of this.#inQueue(queue)) {
      if (startByMs(task) <= this.nowMs) {
        this.#finish(task, "EXPIRED");
        expired += 1;
      } else if (task.state === "SCHEDULED" && task.dueAtMs <= this.nowMs) {
        task.state = "READY";
        promoted += 1;
      }
    }
    return { promoted, expired };
  }

  #reclaim(queue: QueueName): SweepReport["reclaimed"] {
    const reclaimed: SweepReport["reclaimed"][number][] = [];
    for (const task of this.#inQueue(queue)) {
      const { session } = task;
      if (session === null || session.expiresAtMs > this.nowMs) {
        continue;
      }
      task.attempt -= 1;
      task.crashes = this.nowMs - task.dueAtMs < CRASH_MEMORY_MS ? task.crashes + 1 : 1;
      if (task.crashes >= task.spec.retryPolicy.maxCrashes) {
        task.lastFailure = CRASHED_FAILURE;
        this.#finish(task, "DEAD");
      } else {
        this.#giveBack(task, 0);
      }
      const { id, token, state } = task;
      const { sessionId, workerId } = session;
      task.ended = { kind: "reclaim", state };
      reclaimed.push({ lease: { taskId: id, token }, sessionId, workerId, state });
    }
    for (const [key, session] of this.#sessions) {
      if (session.queue === queue && session.expiresAtMs <= this.nowMs) {
        this.#sessions.delete(key);
      }
    }
    return reclaimed;
  }

  #nextInMs(queue: QueueName): number | null {
    const moments = this.#inQueue(queue).flatMap((task) => [
      task.state === "SCHEDULED" ? task.dueAtMs : Infinity,
      startByMs(task),
      task.session?.expiresAtMs ?? Infinity,
      task.state === "LEASED" && task.timeoutAtMs > this.nowMs ? task.timeoutAtMs : Infinity,
      task.purgeAtMs ?? Infinity,
    ]);
    const next = Math.min(...moments);
    return next === Infinity ? null : next - this.nowMs;
  }

  #inQueue(queue: QueueName): ModelTask[] {
    return [...this.tasks.values()].filter(({ spec }) => spec.queue === queue);
  }

  /** The READY tasks as they will be leased. */
  line(queue: QueueName): ModelTask[] {
    return this.#inQueue(queue)
      .filter(({ state }) => state === "READY")
      .sort(
        (a, b) =>
          b.spec.priority - a.spec.priority || a.firstDueAtMs - b.firstDueAtMs || a.seq - b.seq,
      );
  }

  #liveSession(of: { sessionId: string; queue: string }): ModelSession | null {
    const session = this.#sessions.get(keyOf(of));
    return session !== undefined && session.expiresAtMs > this.nowMs ? session : null;
  }
}

function keyOf({ sessionId, queue }: { sessionId: string; queue: string }): string {
  return `${sessionId} ${queue}`;
}
