import { LIMITS } from "@baton/proto/shared";
import { joinTaskId } from "../../../domain/ids.ts";
import { PINNED } from "../../../domain/specs/spec-codec.ts";
import type { Task } from "../../../domain/task.ts";
import type { TaskState } from "../../../domain/task-state.ts";
import type { ListCursor, ListPage, ListQuery } from "../../store.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import type { ListedRow } from "../statements/rows.ts";
import { taskOf } from "./read.ts";

// Bounds how long a listing with a filter that little passes holds up everything else.
const MAX_EXAMINED = 2_000;
const MAX_PAGE_BYTES = LIMITS.maxMessageBytes;
const BEFORE_ALL = -1;
const BEHIND_ALL = Number.MAX_SAFE_INTEGER;

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
  const { newestFirst } = page;
  const before = newestFirst ? BEHIND_ALL : BEFORE_ALL;
  const ofState = newestFirst ? statements.listBack : statements.list;
  const from = [after?.order ?? before, after?.seq ?? before, page.room + 1] as const;
  const rows =
    state === "READY"
      ? listReady(tx, queue, newestFirst, from)
      : ofState.all(queue.id, state, ...from);
  for (const row of rows) {
    if (page.isFull) {
      return true;
    }
    if (page.wants(row) && failedSo(tx, row, page.failureType)) {
      const full = statements.getTaskBySeq.get(row.seq);
      if (full !== undefined) {
        page.add(taskOf(queue, full, null));
      }
    }
    page.passed({ state, order: row.turn, seq: row.seq, taskId: joinTaskId(queue.name, row.uid) });
  }
  return false;
}

/** Whether a task's last failure is of a type; looked up alone, since to read a task takes several times as long. */
function failedSo({ statements }: Transaction, row: ListedRow, type: string | undefined): boolean {
  return type === undefined || statements.failureType.get(row.seq)?.type === type;
}

/** READY tasks by their places, whichever line they are in. */
function listReady(
  { statements }: Transaction,
  queue: QueueKey,
  newestFirst: boolean,
  from: readonly [place: number, seq: number, limit: number],
): ListedRow[] {
  const ready = newestFirst ? statements.listReadyBack : statements.listReady;
  const plain = ready.all(queue.id, ...from);
  if (queue.flow === null) {
    return plain;
  }
  const readyKeyed = newestFirst ? statements.listReadyKeyedBack : statements.listReadyKeyed;
  const keyed = readyKeyed.all(queue.id, ...from);
  const [, , limit] = from;
  const sign = newestFirst ? -1 : 1;
  return [...plain, ...keyed]
    .sort((a, b) => sign * (a.turn - b.turn || a.seq - b.seq))
    .slice(0, limit);
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

  get newestFirst(): boolean {
    return this.#query.newestFirst === true;
  }

  get failureType(): string | undefined {
    return this.#query.failureType;
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
    const { type, workerId, submittedFromMs, submittedBeforeMs } = this.#query;
    return (
      (workerId === undefined || (row.worker_id ?? workerId) === workerId) &&
      (type === null || row.kind === type || row.kind.startsWith(PINNED)) &&
      (submittedFromMs === null || row.submitted_at >= submittedFromMs) &&
      (submittedBeforeMs === null || row.submitted_at < submittedBeforeMs)
    );
  }

  add(task: Task): void {
    const { labels, payload, type } = task.spec;
    const { type: wanted, workerId } = this.#query;
    const isWanted =
      (wanted === null || wanted === type) &&
      (workerId === undefined || workerId === task.workerId);
    if (isWanted && this.#labels.every(([key, value]) => labels[key] === value)) {
      this.tasks.push(task);
      this.#bytes += payload.length + (task.result?.value.length ?? 0);
    }
  }
}
