import type { LeaseRef, QueueName, SessionId, TaskId } from "../../../server/src/domain/ids.ts";
import { isOvertaken, queueOfTask } from "../../../server/src/domain/ids.ts";
import type { LeasedTask, Task } from "../../../server/src/domain/task.ts";
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
import { isAskedFor, ModelFlow } from "./flow/model-flow.ts";
import { ModelLines } from "./flow/model-lines.ts";
import type { Moves } from "./model-moves.ts";
import { noteEnd, pastOf } from "./model-past.ts";
import { ModelSessions, takeOver } from "./model-sessions.ts";
import { settleOne } from "./model-settle.ts";
import { expireAndPromote, nextInMs, reclaim } from "./model-sweep.ts";
import {
  inPlace,
  isApart,
  isLeasable,
  type ModelSession,
  type ModelTask,
  newModelTask,
} from "./model-task.ts";

/**
 * What `store.ts` says, in the plainest code there is: no batches, no indexes, no time of its own. The
 * one thing it takes from the store under test are the tokens, since nobody can foretell those.
 */
export class StoreModel {
  nowMs = 0;
  readonly tasks = new Map<TaskId, ModelTask>();
  readonly lines = new ModelLines(this.tasks);
  readonly flow: ModelFlow;
  readonly #sessions = new ModelSessions();
  #seq = 0;

  /** @param slackMs how far the store's clock may be ahead of what is read of it */
  constructor(slackMs: number) {
    this.flow = new ModelFlow(this.lines, slackMs);
  }

  submit({ id, spec, fingerprint, isOwed }: NewTask): SubmitOutcome {
    const known = this.tasks.get(id);
    if (known !== undefined) {
      return { kind: known.fingerprint === fingerprint ? "known" : "reused" };
    }
    const full = isOwed ? undefined : this.flow.fullOf({ spec }, this.#inQueue(spec.queue));
    if (full !== undefined) {
      return { kind: "full", full };
    }
    const { due } = spec;
    const asked = due.kind === "now" ? 0 : due.kind === "at" ? due.atMs : this.nowMs + due.delayMs;
    const dueAtMs = Math.max(this.nowMs, asked);
    const seq = this.#seq++;
    const task = newModelTask({ id, spec, fingerprint, seq, dueAtMs, nowMs: this.nowMs });
    this.tasks.set(id, task);
    this.flow.submitted(task);
    if (task.state === "READY") {
      this.lines.join(task);
    }
    return { kind: "created" };
  }

  /**
   * As the store's; the tokens are those of the lease before until {@link StoreModel.granted}. Of a queue that has
   * keys it asserts that the store may have brought what it did, and goes by that.
   */
  lease(request: LeaseRequest, brought: readonly TaskId[]): LeaseOutcome {
    const session = this.#sessions.live(request, this.nowMs);
    if (session === null) {
      return { kind: "session_gone" };
    }
    if (session.streamId !== request.streamId) {
      return { kind: "superseded" };
    }
    const { queue } = request;
    expireAndPromote(this.#inQueue(queue), this.#moves);
    const chosen = this.flow.isKeyed(queue)
      ? this.#chosenBy(request, brought)
      : this.#firstInLine(request, brought.length);
    const tasks = chosen.map((task) => this.#leaseOne(task, session));
    const left = this.line(queue);
    const suspects = [...new Set(left.filter(isApart).map(({ spec }) => spec.type))];
    return { kind: "ok", tasks, left: left.length, ...(suspects.length === 0 ? {} : { suspects }) };
  }

  #chosenBy(request: LeaseRequest, brought: readonly TaskId[]): ModelTask[] {
    const chosen = brought.flatMap((id) => this.tasks.get(id) ?? []);
    this.flow.assertMayBring(request, chosen, this.#inQueue(request.queue), this.nowMs);
    return chosen;
  }

  /** Those that a lease brings, exactly; but for how many of them where a token comes just now. */
  #firstInLine(request: LeaseRequest, count: number): ModelTask[] {
    const { queue } = request;
    const room = this.flow.roomOfQueue(queue, this.#inQueue(queue), this.nowMs);
    const most = Math.min(request.limit, Math.max(room.least, Math.min(count, room.most)));
    const tasks: ModelTask[] = [];
    let bytes = 0;
    for (const task of this.line(queue)) {
      const isMissed = isApart(task) !== (request.isApart ?? false);
      if (isMissed || request.types?.includes(task.spec.type) === false) {
        continue;
      }
      bytes += task.spec.payload.length;
      const isTooMuch = tasks.length > 0 && bytes > request.maxPayloadBytes;
      if (tasks.length >= most || isTooMuch) {
        break;
      }
      tasks.push(task);
    }
    return tasks;
  }

  /** Tells the token that the store gave to a task that was just leased. */
  granted({ taskId, token }: LeaseRef): void {
    const task = this.tasks.get(taskId);
    if (task !== undefined) {
      task.token = token;
    }
  }

  settle(settlement: Settlement): SettleOutcome {
    const task = this.tasks.get(settlement.lease.taskId);
    if (task === undefined) {
      return { kind: "not_found" };
    }
    return settleOne(task, settlement, this.#moves);
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
    const known = this.#sessions.find(opening);
    const present = this.#sessions.live(opening, this.nowMs);
    if (present !== null && isOvertaken(streamId, present.streamId)) {
      return { kind: "superseded" };
    }
    const notices = known?.notices ?? [];
    const expiresAtMs = this.nowMs + ttlMs;
    const session = { sessionId, streamId, workerId, queue, notices, expiresAtMs };
    this.#sessions.put(session);
    const own = [...this.tasks.values()].filter((task) => known && task.session === known);
    const leases = takeOver(own, session, held, this.#moves);
    const mayHaveTasks = this.#inQueue(queue).some((task) => isLeasable(task, this.nowMs));
    return { kind: "ok", ...leases, mayHaveTasks };
  }

  renew(renewal: SessionRenewal): RenewOutcome {
    const session = this.#sessions.live(renewal, this.nowMs);
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
    const { promoted, expired } = expireAndPromote(this.#inQueue(queue), this.#moves);
    const reclaimed = reclaim(this.#inQueue(queue), this.#moves);
    this.#sessions.forgetGone(queue, this.nowMs);
    const due = this.#inQueue(queue).filter((task) => (task.purgeAtMs ?? Infinity) <= this.nowMs);
    for (const task of due) {
      this.tasks.delete(task.id);
      this.lines.leave(task, false);
    }
    const timedOut = this.#inQueue(queue)
      .filter((task) => task.state === "LEASED" && task.timeoutAtMs <= this.nowMs)
      .map(({ id, token, holder, attempt, spec }) => ({
        lease: { taskId: id, token },
        sessionId: holder as SessionId,
        attempt,
        retryPolicy: spec.retryPolicy,
      }));
    const next = nextInMs(this.#inQueue(queue), this.nowMs);
    return { promoted, expired, purged: due.length, reclaimed, timedOut, nextInMs: next };
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
    Object.assign(task, { state: "READY", attempt: 0, crashes: 0, dueAtMs: this.nowMs });
    Object.assign(task, { finishedAtMs: null, purgeAtMs: null });
    // One of an ordering key keeps its place, before those that have not begun.
    if (task.spec.orderingKey === "") {
      Object.assign(task, { firstDueAtMs: this.nowMs, seq: this.#seq++ });
    }
    this.lines.join(task);
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
    this.flow.granted(task, this.nowMs);
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

  /** What there is to tell of a task's attempts; null where there is no such task. */
  pastOf(id: TaskId) {
    const task = this.tasks.get(id);
    return task === undefined ? null : pastOf(task, this.#keptOf(task));
  }

  #keptOf({ spec }: ModelTask): number {
    return this.flow.settingsOf(spec.queue).attemptHistory;
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
    const holdsLine = state === "DEAD" && this.flow.settingsOf(spec.queue).onDead === "HOLD";
    this.lines.leave(task, holdsLine);
  }

  get #moves(): Moves {
    return {
      nowMs: this.nowMs,
      noteEnd: (task, outcome) => {
        noteEnd(task, outcome, { kept: this.#keptOf(task), nowMs: this.nowMs });
      },
      finish: (task, state) => this.#finish(task, state),
      giveBack: (task, delayMs) => this.#giveBack(task, delayMs),
      hold: (task, hold) => this.flow.hold(task, hold, this.nowMs),
      promote: (task) => {
        task.state = "READY";
        this.lines.join(task);
      },
    };
  }

  /** The SCHEDULED tasks of some queues that are due. */
  dueIn(queues: readonly QueueName[]): ModelTask[] {
    return [...new Set(queues)].flatMap((queue) =>
      this.#inQueue(queue).filter(
        ({ state, dueAtMs }) => state === "SCHEDULED" && dueAtMs <= this.nowMs,
      ),
    );
  }

  promote(id: TaskId): void {
    const task = this.tasks.get(id);
    if (task !== undefined) {
      this.#moves.promote(task);
    }
  }

  /** Lets those go on that wait for the dead, once no dead task holds others. */
  settled(queue: QueueName): void {
    if (this.flow.settingsOf(queue).onDead === "CONTINUE") {
      this.lines.letGo(this.#inQueue(queue));
    }
  }

  /** The task that another one waits for in its ordering key; null where it waits for none. */
  headBefore(id: TaskId): ModelTask | null {
    const task = this.tasks.get(id);
    return task === undefined || this.lines.isNext(task) ? null : this.lines.headOf(task);
  }

  #inQueue(queue: QueueName): ModelTask[] {
    return [...this.tasks.values()].filter(({ spec }) => spec.queue === queue);
  }

  /** Whether nothing but other tasks of its line keeps a READY task from being leased. */
  isFree(task: ModelTask): boolean {
    const there = this.#inQueue(task.spec.queue);
    return this.headBefore(task.id) === null && this.flow.letsGo(task, there, this.nowMs);
  }

  /** Whether there are tasks for a request that only limits, pauses and holds keep from it. */
  isHeldBack(request: LeaseRequest): boolean {
    const there = this.#inQueue(request.queue);
    return there.some((task) => isAskedFor(task, request, this.lines));
  }

  /** How many tasks of a key wait, and how many are leased. */
  figuresOf(queue: QueueName, key: string): { waiting: number; leased: number } {
    const own = this.#inQueue(queue).filter(({ spec }) => spec.concurrencyKey === key);
    return {
      waiting: own.filter(({ state }) => isWaiting(state)).length,
      leased: own.filter(({ state }) => state === "LEASED").length,
    };
  }

  /** The READY tasks by their places, as they will be leased where nothing holds one back. */
  line(queue: QueueName): ModelTask[] {
    return this.#inQueue(queue)
      .filter(({ state }) => state === "READY")
      .sort(inPlace);
  }
}
