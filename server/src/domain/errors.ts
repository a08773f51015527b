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
    doc: "A field is missing, malformed or out of its range; `BadRequest` names each. Correct it.",
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
    doc: "The first frame of a lease stream was no Hello, or a later one was. Mend the client.",
  },
  TASK_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "No such task, or it is past its retention and its id does not tell.",
  },
  TASK_PURGED: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "The task is past its retention: its id was made longer ago than tasks are kept by default (24 h), and nothing is left of it. Only ids of tasks without a request id of the caller's own can tell.",
  },
  QUEUE_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "No task was submitted to the queue, or all are past their retention.",
  },
  SCHEDULE_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "No schedule of that name.",
  },
  SUBSCRIPTION_NOT_FOUND: {
    status: "NOT_FOUND",
    retryable: false,
    doc: "No subscription of that name.",
  },
  EVENT_ID_REUSED: {
    status: "ALREADY_EXISTS",
    retryable: false,
    doc: "The source and id belong to an event of another type or with other data; `source` and `id` name them. Give each event an id of its own.",
  },
  REQUEST_ID_REUSED: {
    status: "ALREADY_EXISTS",
    retryable: false,
    doc: "The request id belongs to a task that was submitted with something else; `task_id` names it, `fields` what differs. Repeat a submit as it was, or use another request id.",
  },
  TASK_FINAL: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "The task is final, so it cannot be cancelled; `state` names its state.",
  },
  TASK_NOT_DEAD: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "Only a DEAD task can be redriven; `state` names its state.",
  },
  PROTOCOL_VERSION: {
    status: "FAILED_PRECONDITION",
    retryable: false,
    doc: "The worker speaks a protocol version that the dispatcher does not; see `supported`.",
  },
  QUEUE_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "The queue's backlog is at its limit. Try again after `RetryInfo`.",
  },
  TRIGGERS_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "A thousand triggers of the schedule wait already, or the firings that were triggered make so many tasks that the dispatcher is behind with storing them. Try again after `RetryInfo`.",
  },
  SUBSCRIPTIONS_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: false,
    doc: "There are a thousand subscriptions to events, or all of them together have 4 MiB. Delete one.",
  },
  BATCH_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "The events before this one in the batch make so many tasks that with it there would be more than 20,000. Publish it in another batch.",
  },
  AWAITS_FULL: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "So many tasks are awaited over streams, on this dispatcher or by this address, that it takes no more. Try again after `RetryInfo`, or on another dispatcher.",
  },
  ANSWERS_UNREAD: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "Clients of this address leave so many large answers unread that this one was not begun in time; nothing was done. Try again after `RetryInfo`.",
  },
  STORE_FULL: {
    status: "RESOURCE_EXHAUSTED",
    retryable: true,
    doc: "The store has no room. Try again after `RetryInfo`; tell the operator.",
  },
  STORE_UNAVAILABLE: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "The store cannot be reached; nothing was changed. Try again after `RetryInfo`.",
  },
  OUTCOME_UNKNOWN: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "The store did not answer in time; the change may have happened. Repeat the same call: calls with a request id or a lease token change nothing twice.",
  },
  DRAINING: {
    status: "UNAVAILABLE",
    retryable: true,
    doc: "This dispatcher is shutting down, or the connection is too old. Call again: another answers.",
  },
  SESSION_RESUMED: {
    status: "ABORTED",
    retryable: false,
    doc: "Another stream took this session up. Do nothing on this one.",
  },
  SESSION_SILENT: {
    status: "DEADLINE_EXCEEDED",
    retryable: true,
    doc: "The dispatcher heard nothing for the leases' ttl, or no Hello in time. Connect again.",
  },
  NOT_SUPPORTED: {
    status: "UNIMPLEMENTED",
    retryable: false,
    doc: "This dispatcher does not support the method or field yet; `field` names it.",
  },
  RECORD_UNDECODABLE: {
    status: "INTERNAL",
    retryable: false,
    doc: "What the store has under this name is damaged or of a later version; `kind` and `name` say what it is. Others are not concerned. Put it again, delete it, or ask a newer dispatcher.",
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
