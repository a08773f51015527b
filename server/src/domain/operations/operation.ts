import type { QueueName, TaskId, TaskType } from "../ids.ts";
import type { Task } from "../task.ts";
import type { TaskState } from "../task-state.ts";

/** What is done to every task of an operation. */
export type OperationKind = "REDRIVE" | "CANCEL" | "DELETE" | "RUN_NOW";

/** Which states a kind takes tasks from: those it may, and those where nothing else is asked for. */
export const STATES_OF_KIND: {
  readonly [Kind in OperationKind]: {
    readonly possible: readonly TaskState[];
    readonly usual: readonly TaskState[];
  };
} = {
  REDRIVE: { possible: ["DEAD"], usual: ["DEAD"] },
  CANCEL: { possible: ["SCHEDULED", "READY", "LEASED"], usual: ["SCHEDULED", "READY"] },
  DELETE: {
    possible: ["SUCCEEDED", "DEAD", "CANCELLED", "EXPIRED"],
    usual: ["SUCCEEDED", "DEAD", "CANCELLED", "EXPIRED"],
  },
  RUN_NOW: { possible: ["SCHEDULED"], usual: ["SCHEDULED"] },
};

/** Chooses tasks of one queue: those that match every condition, by what they are when they are looked at. */
export interface TaskFilter {
  readonly queue: QueueName;
  /** In this order; at least one. */
  readonly states: readonly TaskState[];
  /** Empty for every type. */
  readonly types: readonly TaskType[];
  /** Tasks must have all of them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Null for any, and for none. */
  readonly concurrencyKey: string | null;
  /** The type of the last failure; null for any, and for none. */
  readonly failureType: string | null;
  readonly submittedFromMs: number | null;
  readonly submittedBeforeMs: number | null;
}

/** Which tasks an operation is about. */
export type OperationTarget =
  | { readonly kind: "filter"; readonly filter: TaskFilter }
  /** `ids` is empty once the operation is over; `total` says how many there were. */
  | { readonly kind: "ids"; readonly ids: readonly TaskId[]; readonly total: number };

/** What somebody asks to have done to many tasks, checked and with every default filled in. */
export interface OperationDefinition {
  /** Empty where the caller gave none. */
  readonly requestId: string;
  readonly kind: OperationKind;
  readonly target: OperationTarget;
  readonly maxTasks: number;
  readonly tasksPerSecond: number;
  /** For people, and for the handlers of tasks that are cancelled. */
  readonly reason: string;
}

/** `STOPPING`: it ends once the tasks under way are done. */
export type OperationStatus = "RUNNING" | "STOPPING" | "DONE" | "STOPPED";

/** Why a task was left as it is. */
export type SkipReason = "NOT_FOUND" | "OTHER_STATE" | "CHANGED_LATER" | "DONE_BEFORE";

/** Why it is not known what became of a task. */
export type FailReason = "STORE_UNAVAILABLE";

/** Tasks that are about to be moved: written down before the first of them is. */
export interface OperationPlan {
  readonly ids: readonly TaskId[];
  /** How often they were tried. */
  readonly tries: number;
}

/** A place in a listing, as the store gave it. */
export interface OperationCursor {
  readonly state: TaskState;
  readonly order: number;
  readonly seq: number;
  readonly taskId: TaskId;
}

/** An operation as it is stored. Times are the store's epoch milliseconds. */
export interface Operation {
  readonly id: string;
  readonly definition: OperationDefinition;
  /** Tells a repeat from a request id that is used for another operation. */
  readonly fingerprint: string;
  /** Who asked for it: the address of the client. */
  readonly startedBy: string;
  readonly startedAtMs: number;
  readonly status: OperationStatus;
  readonly endedAtMs: number | null;
  /** Where the listing goes on; null at its beginning. */
  readonly cursor: OperationCursor | null;
  /** How many ids were planned, where it is about ids. */
  readonly at: number;
  /** Whether every task was looked at. */
  readonly isRead: boolean;
  readonly plan: OperationPlan | null;
  /** How many tasks were planned so far. */
  readonly planned: number;
  readonly done: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly failed: Readonly<Partial<Record<FailReason, number>>>;
  /** When the rate lets the next tasks go. */
  readonly nextAtMs: number;
}

/** Whether a task is one that a filter chooses, as an operation that began at the time finds it. */
export function isChosen(
  task: Task,
  filter: TaskFilter,
  kind: OperationKind,
  startedAtMs: number,
): boolean {
  const { types, concurrencyKey, failureType, states } = filter;
  return (
    states.includes(task.state) &&
    (types.length === 0 || types.includes(task.spec.type)) &&
    (concurrencyKey === null || task.spec.concurrencyKey === concurrencyKey) &&
    (failureType === null || task.lastFailure?.type === failureType) &&
    (kind === "CANCEL" || lastTouchOf(task) < startedAtMs)
  );
}

function lastTouchOf({ finishedAtMs, startedAtMs, submittedAtMs }: Task): number {
  return finishedAtMs ?? startedAtMs ?? submittedAtMs;
}
