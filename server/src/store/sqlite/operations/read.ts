import { LIMITS } from "@baton/proto/shared";
import {
  joinTaskId,
  type LeaseToken,
  type QueueName,
  queueOfTask,
  type TaskId,
  uniqueOfTask,
  type WorkerId,
} from "../../../domain/ids.ts";
import { PINNED, readSpec } from "../../../domain/spec-codec.ts";
import type { Content, Failure, Progress, Task } from "../../../domain/task.ts";
import { isFinal, isWaiting, type TaskState } from "../../../domain/task-state.ts";
import type { GetOptions, ListCursor, ListPage, ListQuery, QueueStats } from "../../store.ts";
import { placesOf } from "../client/place.ts";
import type { FullRow, ListedRow, QueueRow } from "../client/rows.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { blockedOf } from "../flow/blocked.ts";

// Bounds how long a listing with a filter that little passes holds up everything else.
const MAX_EXAMINED = 2_000;
const MAX_PAGE_BYTES = LIMITS.maxMessageBytes;
const BEFORE_ALL = -1;
const NOTHING: Content = { value: new Uint8Array(0), contentType: "" };

/** Returns tasks by their ids. */
export function get(
  tx: Transaction,
  batch: readonly TaskId[],
  options: GetOptions,
): (Task | null)[] {
  return batch.map((id) => getOne(tx, id, options));
}

function getOne(tx: Transaction, id: TaskId, options: GetOptions): Task | null {
  const queue = tx.findQueue(queueOfTask(id));
  const row = queue && tx.statements.getTask.get(queue.id, uniqueOfTask(id));
  if (!queue || !row) {
    return null;
  }
  if (options.watch === true && !isFinal(row.state)) {
    tx.watch(id);
  }
  const countsAhead = options.ahead === true && row.state === "READY";
  return taskOf(queue, row, countsAhead ? countAhead(tx, queue, row) : null);
}

function countAhead(tx: Transaction, queue: QueueKey, row: FullRow): number {
  const place = [queue.id, row.place, row.seq] as const;
  const plain = tx.statements.countAhead.get(...place)?.ahead ?? 0;
  const keyed = queue.flow === null ? 0 : (tx.statements.countAheadKeyed.get(...place)?.ahead ?? 0);
  return plain + keyed;
}

/** Returns a page of a queue's tasks. It ends early rather than examine or return too much. */
export function list(tx: Transaction, query: ListQuery): ListPage {
  const queue = tx.findQueue(query.queue);
  if (queue === null) {
    return { tasks: [], next: null };
  }
  const page = new Page(query);
  const { after } = query;
  const states = after === null ? query.states : fromState(query.states, after.state);
  for (const state of states) {
    const hasMore = listState(tx, queue, state, state === after?.state ? after : null, page);
    if (hasMore) {
      return { tasks: page.tasks, next: page.last };
    }
  }
  return { tasks: page.tasks, next: null };
}

function fromState(states: readonly TaskState[], first: TaskState): readonly TaskState[] {
  const at = states.indexOf(first);
  return at < 0 ? [] : states.slice(at);
}

/** Fills the page from one state; returns whether the state has tasks that the page has no room for. */
function listState(
  tx: Transaction,
  queue: QueueKey,
  state: TaskState,
  after: ListCursor | null,
  page: Page,
): boolean {
  const { statements } = tx;
  const from = [after?.order ?? BEFORE_ALL, after?.seq ?? BEFORE_ALL, page.room + 1] as const;
  const rows =
    state === "READY"
      ? listReady(tx, queue, from)
      : statements.listFrom.all(queue.id, state, ...from);
  for (const row of rows) {
    if (page.isFull) {
      return true;
    }
    if (page.wants(row)) {
      const full = statements.getTaskBySeq.get(row.seq);
      if (full !== undefined) {
        page.add(taskOf(queue, full, null));
      }
    }
    page.passed({ state, order: row.turn, seq: row.seq, taskId: joinTaskId(queue.name, row.uid) });
  }
  return false;
}

/** READY tasks by their places, whichever line they are in. */
function listReady(
  { statements }: Transaction,
  queue: QueueKey,
  from: readonly [place: number, seq: number, limit: number],
): ListedRow[] {
  const plain = statements.listReady.all(queue.id, ...from);
  if (queue.flow === null) {
    return plain;
  }
  const keyed = statements.listReadyKeyed.all(queue.id, ...from);
  const [, , limit] = from;
  return [...plain, ...keyed].sort((a, b) => a.turn - b.turn || a.seq - b.seq).slice(0, limit);
}

/** A page being filled. */
class Page {
  readonly tasks: Task[] = [];
  /** The place of the last task that was looked at. */
  last: ListCursor | null = null;
  #examined = 0;
  #bytes = 0;
  readonly #query: ListQuery;
  readonly #labels: readonly (readonly [string, string])[];

  constructor(query: ListQuery) {
    this.#query = query;
    this.#labels = Object.entries(query.labels);
  }

  get room(): number {
    return MAX_EXAMINED - this.#examined;
  }

  get isFull(): boolean {
    return (
      this.tasks.length >= this.#query.limit ||
      this.#examined >= MAX_EXAMINED ||
      this.#bytes >= MAX_PAGE_BYTES
    );
  }

  passed(place: ListCursor): void {
    this.last = place;
    this.#examined += 1;
  }

  wants(row: ListedRow): boolean {
    const { type, submittedFromMs, submittedBeforeMs } = this.#query;
    return (
      (type === null || row.kind === type || row.kind.startsWith(PINNED)) &&
      (submittedFromMs === null || row.submitted_at >= submittedFromMs) &&
      (submittedBeforeMs === null || row.submitted_at < submittedBeforeMs)
    );
  }

  add(task: Task): void {
    const { labels, payload, type } = task.spec;
    const isOfType = this.#query.type === null || this.#query.type === type;
    if (isOfType && this.#labels.every(([key, value]) => labels[key] === value)) {
      this.tasks.push(task);
      this.#bytes += payload.length + (task.result?.value.length ?? 0);
    }
  }
}

/** Returns every queue that has a task or had one lately. */
export function queueNames(tx: Transaction): QueueName[] {
  return tx.statements.usedQueues.all().map(({ name }) => name as QueueName);
}

/** Returns figures of the queues named, or of every queue that has a task or had one lately. */
export function stats(tx: Transaction, queues: readonly QueueName[] | undefined): QueueStats[] {
  const rows =
    queues === undefined
      ? tx.statements.usedQueues.all()
      : queues.flatMap((name) => tx.statements.usedQueue.get(name) ?? []);
  return rows.map((row) => ({
    queue: row.name as QueueName,
    counts: {
      SCHEDULED: row.scheduled,
      READY: row.ready,
      LEASED: row.leased,
      SUCCEEDED: row.succeeded,
      DEAD: row.dead,
      CANCELLED: row.cancelled,
      EXPIRED: row.expired,
    },
    oldestReadyAgeMs: row.ready === 0 ? null : oldestReadyAgeMs(tx, row),
    ...(row.has_flow === 1 ? blockedIn(tx, row) : {}),
  }));
}

function blockedIn(tx: Transaction, { name, ready }: QueueRow) {
  const queue = tx.findQueue(name as QueueName);
  return queue === null || queue.flow === null ? {} : blockedOf(tx, queue, queue.flow, ready);
}

function oldestReadyAgeMs({ nowMs, statements }: Transaction, row: QueueRow): number | null {
  const heads =
    row.has_flow === 1
      ? [statements.headOfReady, statements.headOfKeyed]
      : [statements.headOfReady];
  let oldestDueAt: number | null = null;
  for (let priority = 0; priority <= LIMITS.maxPriority; priority += 1) {
    for (const head of heads) {
      const dueAt = head.get(row.id, ...placesOf(priority))?.due_at;
      if (dueAt !== undefined) {
        oldestDueAt = Math.min(oldestDueAt ?? dueAt, dueAt);
      }
    }
  }
  return oldestDueAt === null ? null : Math.max(0, nowMs - oldestDueAt);
}

function taskOf(queue: QueueKey, row: FullRow, ahead: number | null): Task {
  return {
    id: joinTaskId(queue.name, row.uid),
    spec: readSpec(queue.name, Buffer.from(row.spec.buffer, row.spec.byteOffset, row.spec.length)),
    state: row.state,
    attempt: row.attempt,
    crashes: row.crashes,
    deliveries: row.deliveries,
    token: row.token as LeaseToken,
    workerId: row.worker_id as WorkerId | "",
    submittedAtMs: row.submitted_at,
    dueAtMs: row.due_at,
    startedAtMs: row.started_at,
    finishedAtMs: row.finished_at,
    purgeAtMs: isFinal(row.state) ? row.turn : null,
    progress:
      row.progress === null || isWaiting(row.state) ? null : (JSON.parse(row.progress) as Progress),
    result: row.state === "SUCCEEDED" ? resultOf(row) : null,
    lastFailure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    cancelReason: row.cancel_reason ?? "",
    ahead,
  };
}

function resultOf({ result_type, result_value }: FullRow): Content {
  return result_type === null || result_value === null
    ? NOTHING
    : { value: result_value, contentType: result_type };
}
