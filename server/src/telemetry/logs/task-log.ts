import type { Clock, Timer } from "@baton/proto/shared";
import type { DispatchLog } from "../../dispatch/log.ts";
import { queueOfTask, type TaskId, type WorkerId } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { Store } from "../../store/store.ts";

/** What is told of tasks one by one. */
export type TaskEvent = "reclaimed" | "dead" | "timed_out" | "stale" | "cancelled";

/** A task to which it happened. */
export interface TaskNews {
  readonly taskId: TaskId;
  /** Which lease it was about; absent where about none. */
  readonly token?: number;
  readonly workerId?: WorkerId;
  /** The type of the failure that it died of. */
  readonly errorType?: string;
  /** Whether the event gave the attempt back that it was about. */
  readonly givesBack?: boolean;
}

interface Wording {
  readonly level: keyof DispatchLog;
  readonly one: string;
  readonly more: string;
}

const WORDING: Readonly<Record<TaskEvent, Wording>> = {
  reclaimed: {
    level: "info",
    one: "a lease was reclaimed",
    more: "more leases were reclaimed",
  },
  dead: { level: "warn", one: "a task is dead", more: "more tasks are dead" },
  timed_out: {
    level: "info",
    one: "an attempt ran out of time",
    more: "more attempts ran out of time",
  },
  stale: { level: "debug", one: "a settlement was stale", more: "more settlements were stale" },
  cancelled: { level: "info", one: "a task was cancelled", more: "more tasks were cancelled" },
};

/** How many lines of one event a window has; a line at its end counts the others. */
const LINES_A_WINDOW = 10;
const WINDOW_MS = 1_000;

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-/;

/** The window of one event. */
interface Window {
  endsAtMs: number;
  lines: number;
  untold: number;
}

/**
 * Writes a line for what happens to single tasks, with task id, attempt and trace id; of each event at
 * most ten a second, and one that counts the rest. Nothing that users wrote is in a line, but for names.
 */
export class TaskLog {
  readonly #store: Store;
  readonly #log: DispatchLog;
  readonly #clock: Clock;
  readonly #windows = new Map<TaskEvent, Window>();
  readonly #reading = new Set<Promise<void>>();
  #timer: Timer | null = null;

  constructor(store: Store, log: DispatchLog, clock: Clock) {
    this.#store = store;
    this.#log = log;
    this.#clock = clock;
  }

  /** Tells what happened to tasks. Returns at once; the lines follow when the tasks have been read. */
  tell(event: TaskEvent, news: readonly TaskNews[]): void {
    const window = this.#window(event);
    const told = news.slice(0, LINES_A_WINDOW - window.lines);
    window.lines += told.length;
    window.untold += news.length - told.length;
    if (window.untold > 0) {
      this.#timer ??= this.#clock.after(WINDOW_MS, () => this.#sumUp());
    }
    if (told.length > 0) {
      const reading = this.#write(event, told).finally(() => this.#reading.delete(reading));
      this.#reading.add(reading);
    }
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#sumUp();
    await Promise.all(this.#reading);
  }

  #window(event: TaskEvent): Window {
    const nowMs = this.#clock.monotonicMs();
    let window = this.#windows.get(event);
    if (window === undefined) {
      window = { endsAtMs: nowMs + WINDOW_MS, lines: 0, untold: 0 };
      this.#windows.set(event, window);
    } else if (nowMs >= window.endsAtMs) {
      window.endsAtMs = nowMs + WINDOW_MS;
      window.lines = 0;
    }
    return window;
  }

  #sumUp(): void {
    this.#timer = null;
    for (const [event, window] of this.#windows) {
      if (window.untold > 0) {
        const { level, more } = WORDING[event];
        this.#log[level]({ tasks: window.untold }, more);
        window.untold = 0;
      }
    }
  }

  async #write(event: TaskEvent, news: readonly TaskNews[]): Promise<void> {
    const { level, one } = WORDING[event];
    const ids = news.map(({ taskId }) => taskId);
    // The trace is in the headers, and those are in the store; a line without it is better than none.
    const tasks = await this.#store.get(ids).catch(() => []);
    news.forEach((about, at) => {
      this.#log[level](fieldsOf(about, tasks[at] ?? null), one);
    });
  }
}

function fieldsOf({ taskId, token, workerId, errorType, givesBack }: TaskNews, task: Task | null) {
  const fields = {
    task_id: taskId,
    queue: queueOfTask(taskId),
    ...(workerId === undefined ? {} : { worker_id: workerId }),
    ...(errorType === undefined ? {} : { error_type: errorType }),
  };
  if (task === null) {
    return fields;
  }
  // Once it was leased anew, its attempt counts that lease.
  const isGivenBack = givesBack === true && task.token === token && task.state !== "LEASED";
  const traceId = TRACEPARENT.exec(task.spec.headers.traceparent ?? "")?.[1];
  return {
    ...fields,
    attempt: isGivenBack ? task.attempt + 1 : task.attempt,
    state: task.state,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
  };
}
