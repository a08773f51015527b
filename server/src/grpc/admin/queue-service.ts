import type { handleUnaryCall } from "@grpc/grpc-js";
import type { KeysQuery } from "../../dispatch/queue-control.ts";
import { TaskError } from "../../domain/errors.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../domain/flow/queue-settings.ts";
import type { QueueName } from "../../domain/ids.ts";
import { checkName, FieldChecks } from "../../intake/validate-fields.ts";
import { checkPageSize } from "../../intake/validate-list.ts";
import {
  checkedQueue,
  validateKeySettings,
  validateSettingsUpdate,
} from "../../intake/validate-queue.ts";
import { unaryAsync } from "../calls/handler.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "../calls/page-token.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { fromWireSettings, toWireKey, toWireKeySettings, toWireQueue } from "../convert/queue.ts";
import type { Handlers, Received, Sent } from "../wire.ts";

const LIST_FILTERS = ["queues"];

/** Handles every method of `QueueService`. */
export function queueService(context: ServiceContext): Handlers<"QueueService"> {
  const { queues } = context.dispatcher;
  return {
    GetQueue: unaryAsync(context, async ({ name }: Received<"GetQueueRequest">) => ({
      queue: toWireQueue(await queues.get(checkedQueue("name", name))),
    })),
    ListQueues: listQueuesHandler(context),
    UpdateQueue: updateHandler(context),
    PauseQueue: pausingHandler(context, true),
    ResumeQueue: pausingHandler(context, false),
    PutQueueKey: putKeyHandler(context),
    ListQueueKeys: listKeysHandler(context),
    CountDead: countDeadHandler(context),
    DeleteQueue: unaryAsync(context, async ({ name, purge }: Received<"DeleteQueueRequest">) => {
      const { wasThere, isPart } = await queues.remove(checkedQueue("name", name), purge);
      return { deleted: wasThere, more: isPart };
    }),
  };
}

function listQueuesHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"ListQueuesRequest">, Sent<"ListQueuesResponse">> {
  return unaryAsync(context, async ({ pageSize, pageToken }) => {
    const limit = checkedPageSize(pageSize);
    const after = afterOf(LIST_FILTERS, pageToken);
    const { queues, unanswered, next } = await context.dispatcher.queues.list(after, limit);
    return {
      queues: queues.map(toWireQueue),
      unanswered: [...unanswered],
      nextPageToken: next === null ? "" : encodePageToken(LIST_FILTERS, [next]),
    };
  });
}

function updateHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"UpdateQueueRequest">, Sent<"UpdateQueueResponse">> {
  return unaryAsync(context, async ({ name, settings, updateMask }) => {
    const queue = checkedQueue("name", name);
    const update = validateSettingsUpdate(fromWireSettings(settings), updateMask?.paths ?? []);
    if (update instanceof TaskError) {
      throw update;
    }
    return { queue: toWireQueue(await context.dispatcher.queues.update(queue, update)) };
  });
}

function pausingHandler(
  context: ServiceContext,
  isPaused: boolean,
): handleUnaryCall<Received<"PauseQueueRequest">, Sent<"PauseQueueResponse">> {
  const update = {
    names: ["isPaused"],
    settings: { ...DEFAULT_QUEUE_SETTINGS, isPaused },
  } as const;
  return unaryAsync(context, async ({ name }) => {
    const queue = checkedQueue("name", name);
    return { queue: toWireQueue(await context.dispatcher.queues.update(queue, update)) };
  });
}

function putKeyHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"PutQueueKeyRequest">, Sent<"PutQueueKeyResponse">> {
  return unaryAsync(context, async ({ queue, key, settings }) => {
    const checked = validateKeySettings(queue, key, settings);
    if (checked instanceof TaskError) {
      throw checked;
    }
    await context.dispatcher.queues.putKey(queue as QueueName, key, checked);
    return { settings: toWireKeySettings(checked) };
  });
}

const FILTERS: ReadonlyMap<string | number, KeysQuery["filter"]> = new Map([
  ["QUEUE_KEY_FILTER_UNSPECIFIED", "all"],
  ["QUEUE_KEY_FILTER_BLOCKED", "blocked"],
  ["QUEUE_KEY_FILTER_SET", "set"],
]);

function listKeysHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"ListQueueKeysRequest">, Sent<"ListQueueKeysResponse">> {
  return unaryAsync(context, async (request) => {
    const queue = checkedQueue("queue", request.queue);
    const checks = new FieldChecks("");
    const filter = FILTERS.get(request.filter);
    if (filter === undefined) {
      checks.refuse("filter", "is none of the filters that there are");
    }
    const limit = checkPageSize(checks, request.pageSize);
    checks.throwIfWrong();
    const filters = ["keys", queue, filter];
    const after = afterOf(filters, request.pageToken);
    const query = { queue, filter: filter ?? "all", after, limit };
    const { keys, next } = await context.dispatcher.queues.keys(query);
    return {
      keys: keys.map(toWireKey),
      nextPageToken: next === null ? "" : encodePageToken(filters, [next]),
    };
  });
}

function countDeadHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"CountDeadRequest">, Sent<"CountDeadResponse">> {
  return unaryAsync(context, async (request) => {
    const checks = new FieldChecks("");
    if (request.queue !== "") {
      checkName(checks, "queue", request.queue);
    }
    const limit = checkPageSize(checks, request.pageSize);
    checks.throwIfWrong();
    const queue = request.queue === "" ? null : (request.queue as QueueName);
    const filters = ["dead", queue];
    const after = afterOf(filters, request.pageToken);
    const page = await context.dispatcher.queues.countDead({ queue, after, limit });
    return {
      groups: page.groups.map(({ failureType, ...group }) => ({
        ...group,
        failureType: failureType ?? "",
      })),
      nextPageToken: page.next === null ? "" : encodePageToken(filters, [page.next]),
      unanswered: [...page.unanswered],
    };
  });
}

function checkedPageSize(pageSize: number): number {
  const checks = new FieldChecks("");
  const limit = checkPageSize(checks, pageSize);
  checks.throwIfWrong();
  return limit;
}

/** Where the page before ended; empty for the first. */
function afterOf(filters: readonly unknown[], token: string): string {
  if (token === "") {
    return "";
  }
  const [after] = decodePageToken(filters, token);
  if (typeof after !== "string") {
    throw invalidPageToken();
  }
  return after;
}
