import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { ListCursor, ListFilter, ListPage, ListQuery } from "../../dispatch/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import { isTaskId, queueOfTask, type TaskId } from "../../domain/ids.ts";
import type { TaskState } from "../../domain/task-state.ts";
import { FieldChecks } from "../../intake/validate-fields.ts";
import { validateGet } from "../../intake/validate-get.ts";
import { checkTaskId } from "../../intake/validate-lease.ts";
import { validateList } from "../../intake/validate-list.ts";
import { unaryAsync, unaryLarge } from "../calls/handler.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "../calls/page-token.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireExplanation } from "../convert/explanation.ts";
import { fromWireState, toWireTask, wireTaskBytes } from "../convert/task.ts";
import type { Received, Sent } from "../wire.ts";

/** What a page may take of {@link LIMITS.maxMessageBytes}; the rest is for what was estimated. */
const MAX_PAGE_BYTES = LIMITS.maxMessageBytes - 256 * 1024;
/**
 * What is kept free for a task until it was read, of which nothing is known before: it is held as it was
 * stored and as it is sent, both for a moment.
 */
const TASK_BYTES = 2 * LIMITS.maxPayloadBytes;

/** Checks the `task_id` of a request. */
export function taskIdOf(request: { readonly taskId: string }): TaskId {
  const checks = new FieldChecks("");
  const id = checkTaskId(checks, "task_id", request.taskId);
  checks.throwIfWrong();
  return id;
}

/** Handles `Get`. */
export function getHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"GetRequest">, Sent<"GetResponse">> {
  return unaryLarge(context, TASK_BYTES, async (request, needs) => {
    const wanted = validateGet(request);
    const { dispatcher } = context;
    const options = { history: request.includeHistory };
    const task = await ("taskId" in wanted
      ? dispatcher.get(wanted.taskId, options)
      : dispatcher.getByRequestId(wanted.queue, wanted.requestId, options));
    needs(wireTaskBytes(task, request.includePayload));
    return { task: toWireTask(task, request.includePayload) };
  });
}

/** Handles `Explain`. */
export function explainHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"ExplainRequest">, Sent<"ExplainResponse">> {
  return unaryAsync(context, async (request) =>
    toWireExplanation(await context.dispatcher.explain(taskIdOf(request))),
  );
}

/** Handles `List`. */
export function listHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"ListRequest">, Sent<"ListResponse">> {
  return unaryLarge(context, LIMITS.maxMessageBytes, async (request) => {
    const list = validateList({ ...request, states: request.states.map(fromWireState) });
    if (list instanceof TaskError) {
      throw list;
    }
    const filters = filtersOf(list);
    const query = { ...list, after: cursorOf(filters, request.pageToken, list) };
    const page = await fittingPage(context, query, request.includePayload);
    return {
      tasks: page.tasks.map((task) => toWireTask(task, request.includePayload)),
      nextPageToken: page.next === null ? "" : tokenOf(filters, page.next),
    };
  });
}

/** Asks again for fewer tasks where a page would be larger than a message may be. */
async function fittingPage(
  context: ServiceContext,
  query: ListQuery,
  includePayload: boolean,
): Promise<ListPage> {
  const page = await context.dispatcher.list(query);
  let bytes = 0;
  for (const [index, task] of page.tasks.entries()) {
    bytes += wireTaskBytes(task, includePayload);
    if (bytes > MAX_PAGE_BYTES && index > 0) {
      return fittingPage(context, { ...query, limit: index }, includePayload);
    }
  }
  return page;
}

function filtersOf(list: ListFilter): unknown[] {
  const labels = Object.entries(list.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const { queue, states, type, submittedFromMs, submittedBeforeMs } = list;
  // What was added later is left out where it is not set, so that tokens of an earlier version stay good.
  const { newestFirst, workerId, failureType } = list;
  const added = {
    ...(newestFirst === true && { newestFirst }),
    ...(workerId !== undefined && { workerId }),
    ...(failureType !== undefined && { failureType }),
  };
  const filters = ["tasks", queue, states, type, labels, submittedFromMs, submittedBeforeMs];
  return Object.keys(added).length === 0 ? filters : [...filters, added];
}

function tokenOf(filters: readonly unknown[], cursor: ListCursor): string {
  return encodePageToken(filters, [cursor.state, cursor.order, cursor.seq, cursor.taskId]);
}

function cursorOf(filters: readonly unknown[], token: string, list: ListFilter): ListCursor | null {
  if (token === "") {
    return null;
  }
  const [state, order, seq, taskId] = decodePageToken(filters, token);
  const isSound =
    list.states.includes(state as TaskState) &&
    Number.isFinite(order) &&
    Number.isFinite(seq) &&
    typeof taskId === "string" &&
    isTaskId(taskId) &&
    queueOfTask(taskId) === list.queue;
  if (!isSound) {
    throw invalidPageToken();
  }
  return {
    state: state as TaskState,
    order: order as number,
    seq: seq as number,
    taskId: taskId as TaskId,
  };
}
