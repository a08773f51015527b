/** How an error reaches a caller: its gRPC status, and whether the same call may succeed later. */
export interface ReasonInfo {
  readonly status:
    | "INVALID_ARGUMENT"
    | "NOT_FOUND"
    | "ALREADY_EXISTS"
    | "FAILED_PRECONDITION"
    | "RESOURCE_EXHAUSTED"
    | "UNAVAILABLE"
    | "UNIMPLEMENTED"
    | "ABORTED"
    | "DEADLINE_EXCEEDED"
    | "INTERNAL";
  readonly retryable: boolean;
  /** When it is given and what to do, for docs/protocol.md. */
  readonly doc: string;
}

/** Every reason that an error of Baton's can carry in `google.rpc.ErrorInfo`. */
export const REASONS = {
  INVALID_FIELD: {
    status: "INVALID_ARGUMENT",
    retryable: false,
    doc: "A field is missing, malformed or out of its range. `BadRequest` names each one. Correct it.",
  },
  PAYLOAD_TOO_LARGE: {
    status: "INVALID_ARGUMENT",
    retryable: false,
    doc: "A payload is larger than the limit. Store it elsewhere and submit a reference.",
  },
  INVALID_PAGE_TOKEN: {
    status: "INVALID_ARGUMENT",
    retryable: false,
    doc: "The page token is malformed or belongs to another request. Start from the first page.",
  },
  HELLO_EXPECTED: {
    status: "INVALID_ARGUMENT",
    retryable: false,
    doc: "The first frame of a lease stream was no Hello, or a later frame was one. Correct the client.",
  },
  TASK_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "There is no such task. It may be past its retention, if its id does not say when it was made.",
  },
  TASK_PURGED: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "The task is past its retention, and nothing is left of it. Its id says that it was made longer ago than tasks are kept by default (24 h). The id of a task with a request id of the caller's own does not say so.",
  },
  QUEUE_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "The queue has neither tasks nor settings: none was submitted, or all are past their retention.",
  },
  WORKER_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "No session of that id lives, or none of a worker of that name.",
  },
  SCHEDULE_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "There is no schedule of that name.",
  },
  SUBSCRIPTION_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "There is no subscription of that name.",
  },
  OPERATION_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "There is no operation of that id, or it ended more than 30 days ago.",
  },
  OPERATION_ID_REUSED: {
    status: "ALREADY_EXISTS",
    retryable: false,
    doc: "The request id belongs to another operation. `operation_id` names it. Repeat the start as it was, or use another request id.",
  },
  EVENT_ID_REUSED: {
    status: "ALREADY_EXISTS",
    retryable: false,
    doc: "The source and id belong to an event of another type or with other data. `source` and `id` name them. Give each event an id of its own.",
  },
  REQUEST_ID_REUSED: {
    status: "ALREADY_EXISTS",
    retryable: false,
    doc: "The request id belongs to a task that was submitted with another spec. `task_id` names the task, `fields` what differs. Repeat the submit as it was, or use another request id.",
  },
  TASK_FINAL: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "The task is final, so it cannot be cancelled. `state` names its state.",
  },
  TASK_NOT_DEAD: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "Only a DEAD task can be redriven. `state` names the task's state.",
  },
  TASK_NOT_SCHEDULED: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "Only a SCHEDULED task can be run before its time. `state` names the task's state.",
  },
  TASK_NOT_FINAL: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "Only a final task can be deleted: cancel it first. `state` names the task's state.",
  },
  PROTOCOL_VERSION: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "The dispatcher does not speak the worker's protocol version. `supported` names the one that it speaks.",
  },
  QUEUE_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "As many tasks are SCHEDULED or READY as may be of the queue or of the concurrency key; `of` says which of the two, `limit` how many; of a queue that is spread over `partitions` in the one of the task. Nothing was stored. Try again after `RetryInfo`.",
  },
  OPERATIONS_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "As many operations are under way as may; `limit` says how many. Nothing was started. Try again after `RetryInfo`, or stop one.",
  },
  QUEUE_NOT_EMPTY: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "The queue cannot be deleted while tasks of it are kept; `tasks` says how many, about. Have them purged with it, or wait for their retention.",
  },
  KEYS_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: false,
    doc: "As many concurrency keys of the queue have settings of their own as may; `limit` says how many. Take some back.",
  },
  TRIGGERS_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "A thousand triggers of the schedule wait already, or triggered firings make more tasks than the dispatcher can store in time. Try again after `RetryInfo`.",
  },
  SUBSCRIPTIONS_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: false,
    doc: "There are 1000 subscriptions to events, or all of them together have 4 MiB. Delete one.",
  },
  BATCH_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "With this event, the batch would make more than 20,000 tasks. Publish the event in another batch.",
  },
  AWAITS_FULL: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "This dispatcher takes no more tasks to await: too many are awaited over streams, in all or by this address. Try again after `RetryInfo`, or on another dispatcher.",
  },
  ANSWERS_UNREAD: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "Clients of this address do not read their large answers, so this one was not begun in time. Nothing was done. Try again after `RetryInfo`.",
  },
  STORE_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "The store has no room. Try again after `RetryInfo`, and tell the operator.",
  },
  STORE_UNAVAILABLE: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "The store cannot be reached. Nothing was changed. Try again after `RetryInfo`.",
  },
  OUTCOME_UNKNOWN: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "The store did not answer in time. The change may have happened. Repeat the same call: a call with a request id or a lease token changes nothing twice.",
  },
  DRAINING: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "This dispatcher is shutting down, or the connection is too old. Call again: another dispatcher answers.",
  },
  SESSION_RESUMED: {
    status: "ABORTED",
    retryable: false,
    doc: "Another stream resumed this session. Do nothing on this one.",
  },
  SESSION_SILENT: {
    status: "DEADLINE_EXCEEDED",
    retryable: true,
    doc: "The dispatcher heard nothing for the leases' ttl, or no Hello in time. Connect again.",
  },
  NOT_SUPPORTED: {
    status: "UNIMPLEMENTED",
    retryable: false,
    doc: "This dispatcher has no such service, or takes no such messages: compressed ones.",
  },
  RECORD_UNDECODABLE: {
    status: "INTERNAL",
    retryable: false,
    doc: "The stored record is damaged, or a later version wrote it. `kind` and `name` name it. Other records work. Put it again, delete it, or ask a newer dispatcher.",
  },
  INTERNAL: {
    status: "INTERNAL",
    retryable: false,
    doc: "A bug. The dispatcher's log has the details under the id in `error_id`.",
  },
} as const satisfies Record<string, ReasonInfo>;

/** A key of {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** What is wrong with one field of a request. */
export interface FieldViolation {
  /** The path of the field in the request, such as `tasks[3].queue`. */
  readonly field: string;
  readonly description: string;
}

/** What a {@link TaskError} says beside its reason. */
export interface TaskErrorDetails {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly FieldViolation[];
  /** How long to wait before the same call is worth a try. */
  readonly retryAfterMs?: number;
  /** What caused it; goes to the log and never to the caller. */
  readonly cause?: unknown;
}

/** An error that a caller is told about. Everything else reaches a caller as INTERNAL. */
export class TaskError extends Error {
  readonly reason: Reason;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | null;

  constructor(reason: Reason, message: string, details: TaskErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "TaskError";
    this.reason = reason;
    this.metadata = details.metadata ?? {};
    this.violations = details.violations ?? [];
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** Fails where a value that the types exclude arrives all the same: a bug, not an input. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

/** Says that a dispatcher takes no more. */
export function drainingError(options: TaskErrorDetails = { retryAfterMs: 0 }): TaskError {
  return new TaskError("DRAINING", "this dispatcher is shutting down", options);
}
