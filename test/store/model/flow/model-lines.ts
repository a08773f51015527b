import type { ModelTask } from "../model-task.ts";

/** The lines of ordering keys (G9): of each the task whose turn it is. */
export class ModelLines {
  readonly #tasks: ReadonlyMap<string, ModelTask>;
  readonly #heads = new Map<string, ModelTask>();

  constructor(tasks: ReadonlyMap<string, ModelTask>) {
    this.#tasks = tasks;
  }

  /** The task whose turn it is in the ordering key of a task; null where there is none. */
  headOf(task: ModelTask): ModelTask | null {
    return this.#heads.get(lineOf(task)) ?? null;
  }

  /** Whether nothing of its ordering key is before a task. */
  isNext(task: ModelTask): boolean {
    return task.spec.orderingKey === "" || this.headOf(task) === task;
  }

  /** A task became READY: it is next where nobody is, and before one that was due later and has not begun. */
  join(task: ModelTask): void {
    if (task.spec.orderingKey === "") {
      return;
    }
    const head = this.headOf(task);
    const gives = head?.state === "READY" && head.deliveries === 0 && isDueBefore(task, head);
    if (head === null || gives) {
      this.#heads.set(lineOf(task), task);
    }
  }

  /** A task ended, or is gone: the next goes on, but where a dead one holds the others. */
  leave(task: ModelTask, holdsLine: boolean): void {
    if (this.headOf(task) !== task || holdsLine) {
      return;
    }
    const line = lineOf(task);
    const [next] = [...this.#tasks.values()]
      .filter((other) => other !== task && other.state === "READY" && lineOf(other) === line)
      .sort((a, b) => (isDueBefore(a, b) ? -1 : 1));
    if (next === undefined) {
      this.#heads.delete(line);
    } else {
      this.#heads.set(line, next);
    }
  }

  /** Lets those go on that wait for a dead one. */
  letGo(tasks: readonly ModelTask[]): void {
    for (const task of tasks) {
      if (task.state === "DEAD") {
        this.leave(task, false);
      }
    }
  }
}

function isDueBefore(a: ModelTask, b: ModelTask): boolean {
  return a.firstDueAtMs < b.firstDueAtMs || (a.firstDueAtMs === b.firstDueAtMs && a.seq < b.seq);
}

function lineOf({ spec }: ModelTask): string {
  return spec.orderingKey === ""
    ? ""
    : [spec.queue, spec.concurrencyKey, spec.orderingKey].join(" ");
}
