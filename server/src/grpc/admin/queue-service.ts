import type { handleUnaryCall } from "@grpc/grpc-js";
import type { QueueStats } from "../../dispatch/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import type { QueueName } from "../../domain/ids.ts";
import { checkName, FieldChecks } from "../../intake/validate-fields.ts";
import { checkPageSize } from "../../intake/validate-list.ts";
import { unary, unaryAsync } from "../calls/handler.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "../calls/page-token.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireTimeOrNull } from "../convert/time.ts";
import type { Handlers, Received, Sent } from "../wire.ts";

const LIST_FILTERS = ["queues"];

/** Handles every method of `QueueService`. */
export function queueService(context: ServiceContext): Handlers<"QueueService"> {
  return {
    GetQueue: getQueueHandler(context),
    ListQueues: listQueuesHandler(context),
    UpdateQueue: unsupported(context),
    PauseQueue: unsupported(context),
    ResumeQueue: unsupported(context),
    PutQueueKey: unsupported(context),
    ListQueueKeys: unsupported(context),
    DeleteQueue: unsupported(context),
  };
}

function unsupported<Request, Response>(
  context: ServiceContext,
): handleUnaryCall<Request, Response> {
  return unary(context, () => {
    throw new TaskError("NOT_SUPPORTED", "flow control is not supported yet");
  });
}

function getQueueHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"GetQueueRequest">, Sent<"GetQueueResponse">> {
  return unaryAsync(context, async ({ name }) => {
    const checks = new FieldChecks("");
    checkName(checks, "name", name);
    checks.throwIfWrong();
    const [stats] = await context.dispatcher.stats([name as QueueName]);
    if (stats === undefined) {
      throw new TaskError("QUEUE_NOT_FOUND", "this queue has no tasks");
    }
    return { queue: toWireQueue(stats) };
  });
}

function listQueuesHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"ListQueuesRequest">, Sent<"ListQueuesResponse">> {
  return unaryAsync(context, async ({ pageSize, pageToken }) => {
    const checks = new FieldChecks("");
    const limit = checkPageSize(checks, pageSize);
    checks.throwIfWrong();
    const after = lastNameOf(pageToken);
    const { queues, unanswered, next } = await context.dispatcher.listQueues(after, limit);
    return {
      queues: queues.map(toWireQueue),
      unanswered: [...unanswered],
      nextPageToken: next === null ? "" : encodePageToken(LIST_FILTERS, [next]),
    };
  });
}

function lastNameOf(token: string): string {
  if (token === "") {
    return "";
  }
  const [name] = decodePageToken(LIST_FILTERS, token);
  if (typeof name !== "string") {
    throw invalidPageToken();
  }
  return name;
}

function toWireQueue({ queue, counts, oldestReadyAgeMs }: QueueStats): Sent<"Queue"> {
  return {
    name: queue,
    settings: {},
    scheduled: counts.SCHEDULED,
    ready: counts.READY,
    leased: counts.LEASED,
    succeeded: counts.SUCCEEDED,
    dead: counts.DEAD,
    cancelled: counts.CANCELLED,
    expired: counts.EXPIRED,
    oldestReadyAge: toWireTimeOrNull(oldestReadyAgeMs),
  };
}
