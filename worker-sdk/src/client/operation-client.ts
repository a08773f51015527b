import { randomUUID } from "node:crypto";
import { type Clock, LIMITS } from "@baton/proto/shared";
import type { Call } from "../channel/call.ts";
import { pause } from "../time/pause.ts";
import { BatonError } from "../values/baton-error.ts";
import { bindMethods } from "../values/bind-methods.ts";
import type { Checks } from "../values/checks.ts";
import { toTimestamp } from "../values/time-fields.ts";
import { type Sent, services } from "../values/wire.ts";
import { check } from "./call-checks.ts";
import {
  OPERATION_KINDS,
  type OperationInfo,
  type OperationOptions,
  type OperationPreview,
  type TaskFilter,
  toOperationInfo,
  toPreview,
} from "./operation-info.ts";
import { pagesOf } from "./pages.ts";
import { TASK_STATES, toWireState } from "./task-info.ts";
import type { AwaitOptions } from "./task-queries.ts";

const { service: methods } = services.OperationService;
const MAX_ID_BYTES = 64;
const POLL_MS = 500;

/** An operation that was started. It goes on whether or not anybody looks at it. */
export class Operation {
  readonly id: string;
  readonly #client: OperationClient;
  readonly #clock: Clock;

  /** `OperationClient.start` and `of` make it. */
  constructor(id: string, client: OperationClient, clock: Clock) {
    bindMethods(this, Operation);
    this.id = id;
    this.#client = client;
    this.#clock = clock;
  }

  /** Returns the operation as it is now. */
  info(): Promise<OperationInfo> {
    return this.#client.get(this.id);
  }

  /** Has it end, once the tasks under way are done. */
  stop(): Promise<OperationInfo> {
    return this.#client.stop(this.id);
  }

  /** Resolves once it is over, whether it was stopped or came to all its tasks. Asks twice a second. */
  async done({ timeoutMs, signal }: AwaitOptions = {}): Promise<OperationInfo> {
    const timer = new AbortController();
    const limit =
      timeoutMs === undefined
        ? null
        : this.#clock.after(timeoutMs, () =>
            timer.abort(new BatonError("DEADLINE_EXCEEDED", "the operation is not over yet")),
          );
    const ends = signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]);
    try {
      for (;;) {
        ends.throwIfAborted();
        const info = await this.info();
        if (info.endTimeMs !== undefined) {
          return info;
        }
        await pause(this.#clock, POLL_MS, ends);
      }
    } finally {
      limit?.cancel();
    }
  }
}

/**
 * Redrives, cancels and deletes many tasks at once. Get it from `TaskClient.operations`. Dispatchers carry an operation
 * out, at a rate, whether or not the client is there. Every call rejects with a `BatonError`.
 *
 * @example
 * const filter = { queue: "email", failureType: "SmtpError" };
 * const { tasks } = await client.operations.preview({ kind: "REDRIVE", filter });
 * const operation = await client.operations.start({ kind: "REDRIVE", filter, reason: "the relay is back" });
 * const { done, skipped } = await operation.done();
 */
export class OperationClient {
  readonly #call: Call;
  readonly #clock: Clock;

  constructor(call: Call, clock: Clock) {
    bindMethods(this, OperationClient);
    this.#call = call;
    this.#clock = clock;
  }

  /** Starts an operation, and resolves once it is durable. Rejects with OPERATIONS_FULL if 100 are under way. */
  async start(options: OperationOptions): Promise<Operation> {
    checkOperation(options);
    // One of its own, so that a call that is repeated starts one operation.
    const requestId = options.requestId ?? randomUUID();
    const request = { ...writeOperation(options), requestId };
    const { operation } = await this.#call(methods.StartOperation, request);
    return this.of(present(operation).id);
  }

  /** Says which tasks an operation would come to now, and changes nothing. */
  async preview(options: OperationOptions): Promise<OperationPreview> {
    checkOperation(options);
    const request = { ...writeOperation(options), dryRun: true };
    return toPreview((await this.#call(methods.StartOperation, request)).preview);
  }

  /** Returns what an operation is followed and stopped by, whoever started it. Asks nobody. */
  of(operationId: string): Operation {
    checkId(operationId);
    return new Operation(operationId, this, this.#clock);
  }

  /** Returns an operation. Rejects with OPERATION_NOT_FOUND 30 days after its end. */
  async get(operationId: string): Promise<OperationInfo> {
    checkId(operationId);
    const { operation } = await this.#call(methods.GetOperation, { operationId });
    return toOperationInfo(present(operation));
  }

  /** Yields every operation that is kept, the newest first. */
  async *list(): AsyncGenerator<OperationInfo> {
    const listing = pagesOf((pageToken) => this.#call(methods.ListOperations, { pageToken }));
    for await (const page of listing) {
      for (const operation of page.operations) {
        yield toOperationInfo(operation);
      }
    }
  }

  /** Has an operation end, once the tasks under way are done. What was done stays done. */
  async stop(operationId: string): Promise<OperationInfo> {
    checkId(operationId);
    const { operation } = await this.#call(methods.StopOperation, { operationId });
    return toOperationInfo(present(operation));
  }
}

function checkId(operationId: unknown): void {
  check((checks) => checks.required("operationId", operationId, MAX_ID_BYTES));
}

function checkOperation(given: OperationOptions): void {
  check((checks) => {
    const options = checks.options("options", given ?? null);
    checks.oneOf("kind", options.kind ?? null, OPERATION_KINDS);
    checks.text("requestId", options.requestId, LIMITS.maxRequestIdBytes);
    checks.integer("maxTasks", options.maxTasks, 1, LIMITS.maxOperationTasks);
    checks.integer("tasksPerSecond", options.tasksPerSecond, 1, LIMITS.maxOperationRate);
    checks.text("reason", options.reason, LIMITS.maxReasonBytes);
    if (options.filter !== undefined) {
      checkFilter(checks, options.filter);
    }
    if (options.taskIds !== undefined && !isListOfTexts(options.taskIds)) {
      checks.refuse("taskIds", `must be a list of at most ${LIMITS.maxOperationIds} strings`);
    }
  });
}

function checkFilter(checks: Checks, given: TaskFilter): void {
  const filter = checks.options("filter", given);
  checks.name("filter.queue", filter.queue);
  for (const field of ["states", "types"] as const) {
    if (filter[field] !== undefined && !Array.isArray(filter[field])) {
      checks.refuse(`filter.${field}`, "must be a list");
    } else {
      for (const [index, value] of (filter[field] ?? []).entries()) {
        const place = `filter.${field}[${index}]`;
        if (field === "states") {
          checks.oneOf(place, value ?? null, TASK_STATES);
        } else {
          checks.name(place, value);
        }
      }
    }
  }
  checks.strings("filter.labels", filter.labels);
  checks.key("filter.concurrencyKey", filter.concurrencyKey);
  checks.text("filter.failureType", filter.failureType, LIMITS.maxFailureTypeBytes);
  checks.epochMs("filter.submittedFromMs", filter.submittedFromMs);
  checks.epochMs("filter.submittedBeforeMs", filter.submittedBeforeMs);
  checks.boolean("filter.all", filter.all);
}

function isListOfTexts(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.length <= LIMITS.maxOperationIds &&
    list.every((id) => typeof id === "string")
  );
}

function writeOperation(options: OperationOptions): Sent<"StartOperationRequest"> {
  const { kind, filter, taskIds, maxTasks, tasksPerSecond, reason } = options;
  return {
    kind: `OPERATION_KIND_${kind}`,
    filter: filter === undefined ? null : writeFilter(filter),
    taskIds: [...(taskIds ?? [])],
    maxTasks: maxTasks ?? 0,
    tasksPerSecond: tasksPerSecond ?? 0,
    reason: reason ?? "",
  };
}

function writeFilter(filter: TaskFilter): Sent<"TaskFilter"> {
  const { submittedFromMs, submittedBeforeMs } = filter;
  return {
    queue: filter.queue,
    states: (filter.states ?? []).map(toWireState),
    types: [...(filter.types ?? [])],
    labels: { ...filter.labels },
    concurrencyKey: filter.concurrencyKey ?? "",
    failureType: filter.failureType ?? "",
    submittedFrom: submittedFromMs === undefined ? null : toTimestamp(submittedFromMs),
    submittedBefore: submittedBeforeMs === undefined ? null : toTimestamp(submittedBeforeMs),
    all: filter.all ?? false,
  };
}

function present<Message>(message: Message | null): Message {
  if (message === null) {
    throw new BatonError("INTERNAL", "the dispatcher answered without an operation");
  }
  return message;
}
