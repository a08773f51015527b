import {
  type Call,
  type CallLimits,
  callRepeatedly,
  callUnary,
  type UnaryMethod,
} from "../channel/call.ts";
import { CallChannel } from "../channel/call-channel.ts";
import { openClient } from "../channel/channel.ts";
import {
  type ClientSettings,
  checkClientOptions,
  type TaskClientOptions,
} from "../channel/client-options.ts";
import type { PayloadOf, ResultOf, TaskTypes } from "../handler/task-types.ts";
import { endFailed, endSent, startSend } from "../telemetry/tracing.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { BatonError } from "../values/baton-error.ts";
import type { Encoded } from "../values/codec.ts";
import { LIMITS } from "../values/limits.ts";
import { toTimestamp } from "../values/time-fields.ts";
import { type Received, services } from "../values/wire.ts";
import { Awaits } from "./awaiting/awaits.ts";
import { Watches } from "./awaiting/watches.ts";
import { check, checkAwait, checkListQuery, checkTaskId } from "./call-checks.ts";
import { EventClient } from "./event-client.ts";
import { ScheduleClient } from "./schedule-client.ts";
import { OwnIds } from "./submitting/own-ids.ts";
import { submitEach } from "./submitting/submit-each.ts";
import type { SubmitOutcome, SubmitReceipt, TaskId } from "./submitting/submit-receipt.ts";
import { giveRequestId, type SubmitOptions, toSpec } from "./submitting/submit-spec.ts";
import { Submitter } from "./submitting/submitter.ts";
import { TaskFailedError } from "./task-failed-error.ts";
import {
  type TaskExplanation,
  type TaskInfo,
  toExplanation,
  toTaskInfo,
  toWireState,
} from "./task-info.ts";
import type { AwaitOptions, ListQuery } from "./task-queries.ts";

const { service: methods } = services.TaskService;

/** Calls that, should a frozen dispatcher take them up late, would undo what was called after them. */
const OVERWRITES: ReadonlySet<string> = new Set(
  [
    ...["PutSchedule", "PauseSchedule", "ResumeSchedule", "DeleteSchedule"].map(
      (name) => `ScheduleService/${name}`,
    ),
    ...["PutSubscription", "PauseSubscription", "DeleteSubscription"].map(
      (name) => `EventService/${name}`,
    ),
  ].map((path) => `/baton.v1.${path}`),
);

/** How many time-outs long a request id that the client made up is remembered; one is how long it may be sent. */
const OWN_ID_WINDOWS = 6;

/** A task for `submitMany`. */
export type TaskToSubmit<Types extends TaskTypes<Types>> = {
  [Type in string & keyof Types]: SubmitOptions & {
    readonly queue: string;
    readonly type: Type;
    readonly payload: PayloadOf<Types, Type>;
  };
}[string & keyof Types];

/**
 * Submits tasks and tells what became of them. Every rejection is a `BatonError`, but for a
 * `TaskFailedError` of `await` and for the reasons of aborted signals. Its connections keep the process
 * running until it is closed.
 */
export class TaskClient<Types extends TaskTypes<Types> = TaskTypes> implements AsyncDisposable {
  /** Periodic tasks. */
  readonly schedules: ScheduleClient;
  /** Events that fan out to tasks. */
  readonly events: EventClient;
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #submitter: Submitter;
  readonly #awaits: Awaits;
  readonly #watches: Watches;
  readonly #ownIds = new OwnIds();
  readonly #channel: CallChannel<InstanceType<typeof services.TaskService>>;
  readonly #closing = new AbortController();

  /**
   * Only assigns; connects with the first call. Throws an `OptionsError` that names everything that is
   * wrong with the options.
   *
   * @param clock for tests of the SDK itself
   */
  constructor(options: TaskClientOptions, clock: Clock = systemClock) {
    this.#settings = checkClientOptions(options);
    this.#clock = clock;
    this.#submitter = new Submitter(this.#settings, clock);
    this.#awaits = new Awaits(this.#settings, clock);
    this.#watches = new Watches(this.#settings, clock);
    this.#channel = new CallChannel(() =>
      openClient(services.TaskService, this.#settings, "calls"),
    );
    const call: Call = (method, request) => this.#call(method, request);
    this.schedules = new ScheduleClient(call, this.#settings.codec);
    this.events = new EventClient(call, this.#settings.codec);
  }

  /**
   * Stores a task; resolves once it is durable. Submits that one event brings about travel together. The
   * payload is as it is now, whatever becomes of it after the call.
   * Where it rejects with UNAVAILABLE or DEADLINE_EXCEEDED the task may be stored all the same: with a
   * `requestId` it is safe to submit it again, as it was.
   */
  submit<Type extends string & keyof Types>(
    queue: string,
    type: Type,
    payload: PayloadOf<Types, Type>,
    options: SubmitOptions = {},
  ): Promise<SubmitReceipt<ResultOf<Types, Type>>> {
    return new Promise((resolve, reject) => {
      this.#submit(queue, type, payload, options, (error, receipt) => {
        if (receipt === null) {
          reject(error);
        } else {
          resolve(receipt);
        }
      });
    });
  }

  /**
   * Submits the tasks as they come, and yields what became of each, in order. Nothing happens unless
   * the outcomes are iterated over; no more tasks are taken than may be in flight.
   */
  submitMany(
    tasks: Iterable<TaskToSubmit<Types>> | AsyncIterable<TaskToSubmit<Types>>,
  ): AsyncGenerator<SubmitOutcome> {
    const submit = (task: TaskToSubmit<Types>, done: (outcome: SubmitOutcome) => void) => {
      check((checks) => checks.options("task", task ?? null));
      this.#submit(task.queue, task.type, task.payload, task, (error, receipt) => {
        done(
          receipt === null
            ? { kind: "refused", error: error as BatonError }
            : { kind: "stored", taskId: receipt.taskId, deduplicated: receipt.deduplicated },
        );
      });
    };
    return submitEach(tasks, submit, this.#settings.maxInFlight);
  }

  /** Returns a task; rejects with TASK_NOT_FOUND, or with TASK_PURGED where it is known to be gone. */
  async get(
    taskId: TaskId,
    options: { readonly includePayload?: boolean } = {},
  ): Promise<TaskInfo> {
    check((checks) => {
      checks.taskId(taskId);
      checks.boolean("includePayload", checks.options("options", options).includePayload);
    });
    const { includePayload = false } = options;
    const { task } = await this.#call(methods.Get, { taskId, includePayload });
    return toTaskInfo(present(task), includePayload);
  }

  /** Yields the tasks of a queue, page by page as they are asked for. */
  async *list(query: ListQuery): AsyncGenerator<TaskInfo> {
    checkListQuery(query);
    const { submittedFromMs, submittedBeforeMs, includePayload = false } = query;
    let pageToken = "";
    do {
      const page: Received<"ListResponse"> = await this.#call(methods.List, {
        queue: query.queue,
        states: (query.states ?? []).map(toWireState),
        type: query.type ?? "",
        labels: { ...query.labels },
        submittedFrom: submittedFromMs === undefined ? null : toTimestamp(submittedFromMs),
        submittedBefore: submittedBeforeMs === undefined ? null : toTimestamp(submittedBeforeMs),
        pageSize: query.pageSize ?? 0,
        pageToken,
        includePayload,
      });
      for (const task of page.tasks) {
        yield toTaskInfo(task, includePayload);
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }

  /**
   * Waits for a task's result, however long that takes; the waits of a client share a stream. Rejects with a `TaskFailedError` where
   * the task ends without one, and with DEADLINE_EXCEEDED where it does not end in time.
   */
  async await<Result = unknown>(
    taskId: TaskId<Result> | string,
    options: AwaitOptions = {},
  ): Promise<Result> {
    checkAwait(taskId, options);
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
    const task = toTaskInfo(await this.#awaits.untilFinal(taskId, timeoutMs, signal));
    if (task.state !== "SUCCEEDED") {
      throw new TaskFailedError(task);
    }
    return this.decode(task.result) as Result;
  }

  /** Yields the task now and after each change, the final state last. */
  async *watch(
    taskId: TaskId,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<TaskInfo> {
    checkAwait(taskId, options);
    for await (const task of this.#watches.changes(taskId, options.signal)) {
      yield toTaskInfo(task);
    }
  }

  /** Cancels a task, final at once; a handler that runs it is told to stop. */
  async cancel(taskId: TaskId, reason = ""): Promise<TaskInfo> {
    check((checks) => {
      checks.taskId(taskId);
      checks.text("reason", reason, LIMITS.maxReasonBytes);
    });
    const { task } = await this.#call(methods.Cancel, { taskId, reason });
    return toTaskInfo(present(task));
  }

  /** Gives a DEAD task all its attempts again. */
  async redrive(taskId: TaskId): Promise<TaskInfo> {
    checkTaskId(taskId);
    // Not again by itself: the first call may have got through, and the task be DEAD once more.
    this.#closing.signal.throwIfAborted();
    const { task } = await this.#channel.use((client) =>
      callUnary(client, methods.Redrive, { taskId }, this.#limits()),
    );
    return toTaskInfo(present(task));
  }

  /** Says why a task is not running. */
  async explain(taskId: TaskId): Promise<TaskExplanation> {
    checkTaskId(taskId);
    const answer = await this.#call(methods.Explain, { taskId });
    return toExplanation(present(answer.task), answer);
  }

  /** Reads a payload or a result with the client's codec; undefined where there is none. */
  decode(encoded: Encoded | undefined): unknown {
    return encoded === undefined ? undefined : this.#settings.codec.decode(encoded);
  }

  /** Waits for the submits under way, ends every other wait, and disconnects. */
  async close(): Promise<void> {
    this.#closing.abort(new BatonError("CANCELLED", "the client was closed"));
    this.#awaits.close();
    this.#watches.close();
    await this.#submitter.close();
    this.#channel.close();
  }

  /** As `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Throws a `BatonError` where the submit is wrong; calls `done` once where it does not. */
  #submit(
    queue: string,
    type: string,
    payload: unknown,
    options: SubmitOptions,
    done: (error: BatonError | null, receipt: SubmitReceipt | null) => void,
  ): void {
    const spec = toSpec(queue, type, payload, options, this.#settings.codec);
    const isOwnId = spec.requestId === "";
    if (isOwnId) {
      const requestId = this.#ownIds.next(this.#clock.nowMs());
      giveRequestId(spec, requestId, OWN_ID_WINDOWS * this.#settings.timeoutMs);
    }
    const span = startSend(queue, type, spec.headers);
    this.#submitter.submit(spec, (error, receipt) => {
      if (receipt === null) {
        const failure = error ?? new BatonError("INTERNAL", "no receipt came");
        endFailed(span, failure.reason || failure.code, failure.message);
        done(failure, null);
      } else {
        const { taskId } = receipt;
        endSent(span, taskId);
        // A repeat of an id of our own is only a message that was sent twice.
        done(null, { taskId, deduplicated: receipt.deduplicated && !isOwnId });
      }
    });
  }

  async #call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const giveUp = this.#closing.signal;
    giveUp.throwIfAborted();
    const mayOverlap = !OVERWRITES.has(method.path);
    const channel = this.#channel;
    return callRepeatedly(method, request, { ...this.#limits(), channel, giveUp, mayOverlap });
  }

  #limits(): CallLimits {
    return { clock: this.#clock, timeoutMs: this.#settings.timeoutMs };
  }
}

function present(task: Received<"Task"> | null): Received<"Task"> {
  if (task === null) {
    throw new BatonError("INTERNAL", "the dispatcher answered without a task");
  }
  return task;
}
