import { type Clock, LIMITS, systemClock } from "@baton/proto/shared";
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
import { OVERWRITES } from "../channel/overwrites.ts";
import type { PayloadOf, ResultOf, TaskTypes } from "../handler/task-types.ts";
import { endFailed, endSent, startSend } from "../telemetry/tracing.ts";
import { BatonError } from "../values/baton-error.ts";
import { bindMethods } from "../values/bind-methods.ts";
import type { Checks } from "../values/checks.ts";
import type { Encoded } from "../values/codec.ts";
import { type Received, type Sent, services } from "../values/wire.ts";
import { Awaits } from "./awaiting/awaits.ts";
import { Watches } from "./awaiting/watches.ts";
import {
  check,
  checkAwait,
  checkGet,
  checkListQuery,
  checkTaskId,
  wasThere,
} from "./call-checks.ts";
import { EventClient } from "./event-client.ts";
import { OperationClient } from "./operation-client.ts";
import { pagesOf } from "./pages.ts";
import { QueueClient } from "./queues/queue-client.ts";
import { ScheduleClient } from "./schedule-client.ts";
import { OwnIds } from "./submitting/own-ids.ts";
import { submitEach } from "./submitting/submit-each.ts";
import type { SubmitOutcome, SubmitReceipt, TaskId } from "./submitting/submit-receipt.ts";
import { giveRequestId, type SubmitOptions, toSpec } from "./submitting/submit-spec.ts";
import { Submitter } from "./submitting/submitter.ts";
import { TaskFailedError } from "./task-failed-error.ts";
import { type TaskExplanation, type TaskInfo, toExplanation, toTaskInfo } from "./task-info.ts";
import {
  type AwaitOptions,
  type GetOptions,
  type ListQuery,
  toListRequest,
} from "./task-queries.ts";
import { WorkerClient } from "./workers/worker-client.ts";

const { service: methods } = services.TaskService;

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
 * Submits tasks, waits for their results, and reads and changes tasks. It connects with its first call, and
 * its connections keep the process running until `close`. One client is enough for a process.
 *
 * Every call rejects with a `BatonError`, with two exceptions: `await` rejects with a `TaskFailedError` if the
 * task ends without a result, and with the signal's reason if its signal aborts.
 *
 * @example
 * const client = new TaskClient({ address: "127.0.0.1:7400" });
 * const { taskId } = await client.submit("email", "welcome", { to: "ada@example.com" });
 * const result = await client.await(taskId, { timeoutMs: 60_000 });
 * await client.close();
 */
export class TaskClient<Types extends TaskTypes<Types> = TaskTypes> implements AsyncDisposable {
  /** Schedules, which submit tasks again and again. */
  readonly schedules: ScheduleClient;
  /** Events, each of which becomes a task for every subscription that matches. */
  readonly events: EventClient;
  /** Queues: their figures, and how they flow. */
  readonly queues: QueueClient;
  /** Operations on many tasks at once: redrive, cancel, delete. */
  readonly operations: OperationClient;
  /** Workers: who they are and what they run. */
  readonly workers: WorkerClient;
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #submitter: Submitter;
  readonly #awaits: Awaits;
  readonly #watches: Watches;
  readonly #ownIds = new OwnIds();
  readonly #channel: CallChannel<InstanceType<typeof services.TaskService>>;
  readonly #closing = new AbortController();

  /**
   * Connects to nothing yet. Throws an `OptionsError` that names every wrong option.
   *
   * @param clock for tests of the SDK itself
   */
  constructor(options: TaskClientOptions, clock: Clock = systemClock) {
    bindMethods(this, TaskClient);
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
    this.queues = new QueueClient(call);
    this.operations = new OperationClient(call, clock);
    this.workers = new WorkerClient(call);
  }

  /**
   * Stores a task, and resolves once it is durable; a worker may have begun it by then. The payload is encoded
   * during the call, so you may change it afterwards. Submits of the same moment travel in one message.
   *
   * If it rejects with UNAVAILABLE or DEADLINE_EXCEEDED, the task may be stored or not, unless the message begins
   * with "nothing was sent". Give a `requestId` to be able to submit the same again safely. If it rejects with the
   * reason QUEUE_FULL, a backlog has as many tasks as it may: nothing is stored, and `retryAfterMs` says when to try
   * again. The client does not try again by itself, so that you can slow down or tell your own caller.
   *
   * @param queue 1 to 128 of A-Z a-z 0-9 . _ -, the first a letter or digit; `type` likewise
   * @param payload anything that the codec can encode, of at most 1 MiB
   *
   * @example
   * await client.submit("invoices", "send", { order: 7 }, { requestId: "order-7", delayMs: 60_000 });
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
   * Submits many tasks and yields what became of each, in their order. A task that is refused ends nothing: its
   * outcome has the error. You must iterate over the outcomes, since nothing is submitted otherwise. At most
   * `maxInFlight` tasks are taken from the source ahead of the outcomes that you have read.
   *
   * @example
   * for await (const outcome of client.submitMany(tasks)) {
   *   if (outcome.kind === "refused") console.error(outcome.error);
   * }
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

  /**
   * Returns a task as it is now. Rejects with TASK_NOT_FOUND if there is no such task, and with TASK_PURGED if
   * its id shows that it is past its retention.
   *
   * @example
   * const { history } = await client.get(taskId, { history: true });
   * for (const { number, outcome, workerId } of history?.attempts ?? []) console.log(number, outcome, workerId);
   */
  get(taskId: TaskId, options: GetOptions = {}): Promise<TaskInfo> {
    return this.#get({ taskId }, options, (checks) => checks.taskId(taskId));
  }

  /**
   * Returns the task of a request id, as {@link get} does. A queue that is spread over partitions remembers request
   * ids within each concurrency key or ordering key: if several of its tasks have this one, the one that was submitted
   * last is returned. Rejects with TASK_NOT_FOUND if there is none.
   */
  getByRequestId(queue: string, requestId: string, options: GetOptions = {}): Promise<TaskInfo> {
    return this.#get({ queue, requestId }, options, (checks) => {
      checks.name("queue", queue);
      checks.required("requestId", requestId, LIMITS.maxRequestIdBytes);
    });
  }

  async #get(
    task: Sent<"GetRequest">,
    options: GetOptions,
    look: (checks: Checks) => void,
  ): Promise<TaskInfo> {
    checkGet(options, look);
    const { includePayload = false, history: includeHistory = false } = options;
    const request = { ...task, includePayload, includeHistory };
    const { task: found } = await this.#call(methods.Get, request);
    return toTaskInfo(present(found), includePayload);
  }

  /**
   * Yields the tasks of a queue that match the query. It fetches the next page only when you ask for more. A task
   * that changes its state meanwhile may be left out or come twice; every other comes once.
   */
  async *list(query: ListQuery): AsyncGenerator<TaskInfo> {
    checkListQuery(query);
    const { includePayload = false } = query;
    const request = toListRequest(query);
    const listing = pagesOf((pageToken) =>
      this.#call(methods.List, {
        ...request,
        pageToken,
      }),
    );
    for await (const page of listing) {
      for (const task of page.tasks) {
        yield toTaskInfo(task, includePayload);
      }
    }
  }

  /**
   * Waits until the task ends and returns its result, decoded. It waits on when the connection breaks or the
   * dispatcher changes; all waits of a client share one stream.
   *
   * Rejects with a `TaskFailedError` if the task ends as DEAD, CANCELLED or EXPIRED, with DEADLINE_EXCEEDED
   * after `timeoutMs`, and with TASK_NOT_FOUND or TASK_PURGED as `get` does. The task itself goes on whenever
   * the wait ends early.
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

  /**
   * Yields the task as it is now, and again after changes of its state or progress. Changes in quick succession
   * may be one; the final state always comes, and ends the iteration.
   */
  async *watch(
    taskId: TaskId,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<TaskInfo> {
    checkAwait(taskId, options);
    for await (const task of this.#watches.changes(taskId, options.signal)) {
      yield toTaskInfo(task);
    }
  }

  /**
   * Cancels a task: it is CANCELLED at once and for good, and its result is not taken any more. A handler that
   * runs it has its signal aborted. Rejects with TASK_FINAL if the task has ended otherwise.
   *
   * @param reason for people and for the handler; at most 1,024 bytes
   */
  async cancel(taskId: TaskId, reason = ""): Promise<TaskInfo> {
    check((checks) => {
      checks.taskId(taskId);
      checks.text("reason", reason, LIMITS.maxReasonBytes);
    });
    const { task } = await this.#call(methods.Cancel, { taskId, reason });
    return toTaskInfo(present(task));
  }

  /**
   * Makes a DEAD task READY, with all its attempts again. Rejects with TASK_NOT_DEAD if it is not DEAD. The
   * client does not repeat this call by itself: if it rejects with UNAVAILABLE, look at the task first.
   */
  async redrive(taskId: TaskId): Promise<TaskInfo> {
    checkTaskId(taskId);
    // Not again by itself: the first call may have got through, and the task be DEAD once more.
    this.#closing.signal.throwIfAborted();
    const { task } = await this.#channel.use((client) =>
      callUnary(client, methods.Redrive, { taskId }, this.#limits()),
    );
    return toTaskInfo(present(task));
  }

  /** Runs a SCHEDULED task before its time; one that backs off keeps its place. Rejects with TASK_NOT_SCHEDULED. */
  async runNow(taskId: TaskId): Promise<TaskInfo> {
    checkTaskId(taskId);
    return toTaskInfo(present((await this.#call(methods.RunNow, { taskId })).task));
  }

  /**
   * Deletes a task that has ended, with its payload, its result and all else; its request id may be used for another
   * task at once. Rejects with TASK_NOT_FINAL if it has not ended: cancel it first.
   *
   * @returns false if there is no such task, or no more
   */
  async delete(taskId: TaskId): Promise<boolean> {
    checkTaskId(taskId);
    return wasThere(this.#call(methods.Delete, { taskId }));
  }

  /** Says why a task is not running, such as that it waits for its time, or that no worker takes its type. */
  async explain(taskId: TaskId): Promise<TaskExplanation> {
    checkTaskId(taskId);
    const answer = await this.#call(methods.Explain, { taskId });
    return toExplanation(present(answer.task), answer);
  }

  /** Decodes a payload or a result with the client's codec. Returns undefined if there is none. */
  decode(encoded: Encoded | undefined): unknown {
    return encoded === undefined ? undefined : this.#settings.codec.decode(encoded);
  }

  /**
   * Waits for the submits that are under way, ends every other call and wait with CANCELLED, and disconnects.
   * May be called more than once.
   */
  async close(): Promise<void> {
    this.#closing.abort(new BatonError("CANCELLED", "the client was closed"));
    this.#awaits.close();
    this.#watches.close();
    await this.#submitter.close();
    this.#channel.close();
  }

  /** Calls `close`; for `await using`. */
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
