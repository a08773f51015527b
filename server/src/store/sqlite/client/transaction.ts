import {
  joinTaskId,
  type LeaseToken,
  type QueueName,
  queueOfTask,
  type SessionId,
  type TaskId,
  uniqueOfTask,
} from "../../../domain/ids.ts";
import { isFinal, TASK_STATES, type TaskState } from "../../../domain/task-state.ts";
import type { LeaseNotice, MoveOptions } from "../../store.ts";
import type { TaskRow } from "../statements/rows.ts";
import type { Statements } from "../statements/statements.ts";
import type { Hints } from "./hints.ts";
import { flowOfRow, type QueueFlow, type QueueKey } from "./queue-key.ts";
import type { RecentUse } from "./recent-use.ts";

export type { QueueFlow, QueueKey } from "./queue-key.ts";

/** A task's row, and the queue it is in. */
export interface FoundTask {
  readonly queue: QueueKey;
  readonly row: TaskRow;
}

const SUBMITTED = 0;
const COLUMN_OF_STATE = Object.fromEntries(
  TASK_STATES.map((state, index) => [state, index + 1]),
) as Record<TaskState, number>;

/** What the process remembers of the database between transactions. */
export interface Memory {
  readonly queues: Map<string, QueueKey>;
  readonly used: RecentUse;
  /** Tasks whose changes somebody wants to hear of. */
  readonly watched: Set<TaskId>;
  readonly hints: Hints;
}

/** What holds for all that happens in a transaction. */
export interface Terms {
  readonly nowMs: number;
  /** Whether large results and checkpoints may be stored. */
  readonly hasRoom: boolean;
  /** For how long a task that dies is kept at least. */
  readonly deadRetentionMs: number;
}

/**
 * One transaction under way, of one call or several: the statements, one time for all that happens in
 * it, and what is to be counted before its commit and told after it.
 */
export class Transaction {
  readonly statements: Statements;
  readonly nowMs: number;
  readonly hasRoom: boolean;
  readonly deadRetentionMs: number;
  readonly #memory: Memory;
  readonly #counts = new Map<QueueKey, number[]>();
  readonly #behind = new Map<QueueKey, number>();
  readonly #ready = new Set<QueueName>();
  readonly #letIn = new Set<QueueName>();
  readonly #noticed: SessionId[] = [];
  readonly #changed: TaskId[] = [];
  readonly #settled: TaskId[] = [];
  #anyCheckpoint: boolean | null = null;
  #usedLast: QueueName | null = null;

  constructor(statements: Statements, memory: Memory, terms: Terms) {
    this.statements = statements;
    this.#memory = memory;
    this.nowMs = terms.nowMs;
    this.hasRoom = terms.hasRoom;
    this.deadRetentionMs = terms.deadRetentionMs;
  }

  /** Whether any task has a checkpoint; looked up once. */
  get hasCheckpoints(): boolean {
    this.#anyCheckpoint ??= (this.statements.anyCheckpoint.get()?.seq ?? null) !== null;
    return this.#anyCheckpoint;
  }

  /** Notes that a task has a checkpoint now. */
  checkpointStored(): void {
    this.#anyCheckpoint = true;
  }

  /** Finds a queue; null where there is none. */
  findQueue(name: QueueName): QueueKey | null {
    const known = this.#memory.queues.get(name);
    if (known !== undefined) {
      return known;
    }
    const row = this.statements.findQueue.get(name);
    return row === undefined ? null : this.#rememberQueue(row.id, name, row.by_kind === 1);
  }

  /** Finds a queue to which tasks or a session come, or makes it. */
  queue(name: QueueName): QueueKey {
    if (name !== this.#usedLast) {
      this.#usedLast = name;
      this.#memory.used.note(name, this.nowMs);
    }
    return (
      this.findQueue(name) ??
      this.#rememberQueue(this.statements.insertQueue.run(name).lastInsertRowid, name, false)
    );
  }

  /** How a queue flows, of which there is something to remember from now on. */
  flowOf(queue: QueueKey): QueueFlow {
    if (queue.flow === null) {
      this.statements.insertFlow.run(queue.id);
      queue.flow = flowOfRow(null);
    }
    return queue.flow;
  }

  /** The queues to which tasks or sessions came within so many milliseconds. */
  usedQueues(withinMs: number): QueueName[] {
    return this.#memory.used.within(withinMs, this.nowMs);
  }

  /** Forgets a queue that has neither tasks nor sessions and to which none came lately. */
  forgetIfEmpty({ id, name }: QueueKey): void {
    if (
      !this.#memory.used.isRecent(name, this.nowMs) &&
      this.statements.deleteEmptyQueue.run(id).changes > 0
    ) {
      this.statements.deleteFlow.run(id);
      this.#memory.queues.delete(name);
    }
  }

  /** Forgets a queue that was deleted, also that something came to it. */
  queueDeleted({ name }: QueueKey): void {
    this.#memory.queues.delete(name);
    this.#memory.used.forget(name);
    this.#usedLast = null;
  }

  /** Finds a task by its id; null where there is none. */
  find(id: TaskId): FoundTask | null {
    const queue = this.findQueue(queueOfTask(id));
    if (queue === null) {
      return null;
    }
    const row = this.statements.findTask.get(queue.id, uniqueOfTask(id));
    return row === undefined ? null : { queue, row };
  }

  /** Whether a task that is final ended too late to be moved. */
  hasEndedLater(seq: number, { untouchedSinceMs }: MoveOptions): boolean {
    return (
      untouchedSinceMs !== undefined &&
      (this.statements.finishedAt.get(seq)?.at ?? this.nowMs) >= untouchedSinceMs
    );
  }

  /** Notes that a task was stored. */
  created(queue: QueueKey, state: TaskState): void {
    const counts = this.#countsOf(queue);
    add(counts, SUBMITTED, 1);
    add(counts, COLUMN_OF_STATE[state], 1);
    if (state === "READY") {
      this.#ready.add(queue.name);
    }
  }

  /** Notes that a task went from one state to another. */
  moved(queue: QueueKey, uid: string, from: TaskState, to: TaskState): void {
    const counts = this.#countsOf(queue);
    add(counts, COLUMN_OF_STATE[from], -1);
    add(counts, COLUMN_OF_STATE[to], 1);
    if (from === "LEASED") {
      queue.leased.delete(uid);
      if (queue.flow?.awaitsEnd) {
        queue.flow.awaitsEnd = false;
        this.letIn(queue);
      }
    }
    if (to === "READY") {
      this.#ready.add(queue.name);
    }
    this.#touched(queue, uid, isFinal(to));
  }

  /** How many tasks of a queue are READY by now. */
  readyOf(queue: QueueKey): number {
    const stored = this.statements.readyCount.get(queue.id)?.ready ?? 0;
    return stored + (this.#countsOf(queue)[COLUMN_OF_STATE.READY] ?? 0);
  }

  /** How many tasks of a queue are SCHEDULED or READY by now. */
  waitingOf(queue: QueueKey): number {
    return this.#countOf(queue, ["SCHEDULED", "READY"]);
  }

  /** How many tasks of a queue are LEASED by now. */
  leasedOf(queue: QueueKey): number {
    return this.#countOf(queue, ["LEASED"]);
  }

  /** How many tasks of a queue are kept by now, whatever their states. */
  keptOf(queue: QueueKey): number {
    return this.#countOf(queue, TASK_STATES);
  }

  #countOf(queue: QueueKey, states: readonly TaskState[]): number {
    const stored = this.statements.queueFigures.get(queue.id);
    const counts = this.#countsOf(queue);
    return states.reduce((sum, state) => {
      const figure = stored?.[state.toLowerCase() as Lowercase<TaskState>] ?? 0;
      return sum + figure + (counts[COLUMN_OF_STATE[state]] ?? 0);
    }, 0);
  }

  /** How many tasks of a queue are behind the head of their ordering key by now. */
  behindOf(queue: QueueKey): number {
    const stored = this.statements.findFlow.get(queue.id)?.behind ?? 0;
    return stored + (this.#behind.get(queue) ?? 0);
  }

  /** Notes that tasks got behind a head, or left. */
  behindChanged(queue: QueueKey, by: number): void {
    this.#behind.set(queue, (this.#behind.get(queue) ?? 0) + by);
  }

  /** Notes that tasks may be leased now that a limit held back. */
  letIn(queue: QueueKey): void {
    this.#letIn.add(queue.name);
  }

  /** Notes that a task's progress changed. */
  progressed(queue: QueueKey, uid: string): void {
    this.#touched(queue, uid, false);
  }

  /** Has changes of a task told from now on, until it is final. */
  watch(id: TaskId): void {
    this.#memory.watched.add(id);
  }

  /** Notes that a task was forgotten. */
  purged(queue: QueueKey, state: TaskState): void {
    add(this.#countsOf(queue), COLUMN_OF_STATE[state], -1);
  }

  /** Leaves a notice for the session that held the lease. */
  notify(found: FoundTask, cause: LeaseNotice["cause"], reason: string): void {
    const { queue, row } = found;
    if (row.session === null) {
      return;
    }
    const session = this.statements.sessionIdOf.get(row.session);
    if (session !== undefined) {
      const taskId = joinTaskId(queue.name, row.uid);
      this.statements.insertNotice.run(row.session, taskId, row.token, cause, reason);
      this.#noticed.push(session.session_id as SessionId);
    }
  }

  /** Notes that a session is to be told something by its next renewal. */
  sessionNoticed(sessionId: SessionId): void {
    this.#noticed.push(sessionId);
  }

  /** The token of a task's next lease: grows within the task, also when the clock went back. */
  nextToken(previous: number): LeaseToken {
    return Math.max(previous + 1, this.nowMs * 1_000) as LeaseToken;
  }

  /** Writes the figures; the last thing before the commit. */
  writeCounts(): void {
    for (const [queue, counts] of this.#counts) {
      if (counts.some((count) => count !== 0)) {
        this.statements.addCounts.run(...counts, queue.id);
      }
    }
    for (const [queue, tasks] of this.#behind) {
      if (tasks !== 0) {
        this.statements.addBehind.run(tasks, queue.id);
      }
    }
  }

  /** Tells what happened; only after the commit. */
  announce(): void {
    const { hints, watched } = this.#memory;
    for (const queue of this.#ready) {
      hints.queueReady(queue, true);
    }
    for (const queue of this.#letIn) {
      hints.queueReady(queue, false);
    }
    for (const sessionId of this.#noticed) {
      hints.sessionNoticed(sessionId);
    }
    for (const taskId of this.#changed) {
      hints.taskChanged(taskId);
    }
    for (const taskId of this.#settled) {
      watched.delete(taskId);
    }
  }

  #touched(queue: QueueKey, uid: string, isSettled: boolean): void {
    const { watched } = this.#memory;
    if (watched.size === 0) {
      return;
    }
    const taskId = joinTaskId(queue.name, uid);
    if (watched.has(taskId)) {
      this.#changed.push(taskId);
      if (isSettled) {
        this.#settled.push(taskId);
      }
    }
  }

  #countsOf(queue: QueueKey): number[] {
    let counts = this.#counts.get(queue);
    if (counts === undefined) {
      counts = new Array<number>(TASK_STATES.length + 1).fill(0);
      this.#counts.set(queue, counts);
    }
    return counts;
  }

  #rememberQueue(id: number, name: QueueName, isByKind: boolean): QueueKey {
    const row = this.statements.findFlow.get(id);
    const flow = row === undefined ? null : flowOfRow(row);
    const queue: QueueKey = { id, name, isByKind, flow, leased: new Map() };
    this.#memory.queues.set(name, queue);
    return queue;
  }
}

function add(counts: number[], index: number, by: number): void {
  counts[index] = (counts[index] ?? 0) + by;
}
