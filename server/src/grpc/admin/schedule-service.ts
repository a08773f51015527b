import { randomUUID } from "node:crypto";
import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Schedules } from "../../automation/schedules/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import type { Firing } from "../../domain/schedules/schedule.ts";
import { isReadable } from "../../domain/undecodable.ts";
import { checkedName, checkName, FieldChecks } from "../../intake/validate-fields.ts";
import { checkPageSize } from "../../intake/validate-list.ts";
import { validateSchedule } from "../../intake/validate-schedule.ts";
import { checkText } from "../../intake/validate-text.ts";
import { unaryAsync } from "../calls/handler.ts";
import { pageByName } from "../calls/name-page.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "../calls/page-token.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { fromWireSchedule, toWireFiring, toWireSchedule } from "../convert/schedule.ts";
import { wireSpecBytes } from "../convert/spec.ts";
import type { Handlers, Received, Sent } from "../wire.ts";

/** Handles every method of `ScheduleService`. */
export function scheduleService(
  context: ServiceContext,
  schedules: Schedules,
): Handlers<"ScheduleService"> {
  return {
    PutSchedule: putHandler(context, schedules),
    GetSchedule: unaryAsync(context, async ({ name }: Received<"GetScheduleRequest">) => ({
      schedule: toWireSchedule(await schedules.get(checkedName(name))),
    })),
    ListSchedules: listHandler(context, schedules),
    PauseSchedule: unaryAsync(context, async ({ name }: Received<"PauseScheduleRequest">) => ({
      schedule: toWireSchedule(await schedules.setPaused(checkedName(name), true)),
    })),
    ResumeSchedule: unaryAsync(context, async ({ name }: Received<"ResumeScheduleRequest">) => ({
      schedule: toWireSchedule(await schedules.setPaused(checkedName(name), false)),
    })),
    TriggerSchedule: triggerHandler(context, schedules),
    DeleteSchedule: unaryAsync(
      context,
      async ({ name, cancelWaitingTasks }: Received<"DeleteScheduleRequest">) => ({
        deleted: await schedules.remove(checkedName(name), cancelWaitingTasks),
      }),
    ),
    ListFirings: listFiringsHandler(context, schedules),
  };
}

function putHandler(
  context: ServiceContext,
  schedules: Schedules,
): handleUnaryCall<Received<"PutScheduleRequest">, Sent<"PutScheduleResponse">> {
  return unaryAsync(context, async (request) => {
    const input = fromWireSchedule(request.schedule);
    const definition = validateSchedule(input, context.clock.nowMs(), "schedule");
    if (definition instanceof TaskError) {
      throw definition;
    }
    const { schedule, created } = await schedules.put(definition);
    return { schedule: toWireSchedule(schedule), created };
  });
}

function listHandler(
  context: ServiceContext,
  schedules: Schedules,
): handleUnaryCall<Received<"ListSchedulesRequest">, Sent<"ListSchedulesResponse">> {
  return unaryAsync(context, async (request) => {
    const { items, nextPageToken } = await pageByName(request, {
      what: "schedules",
      list: (after, limit) => schedules.list(after, limit),
      nameOf: (each) => (isReadable(each) ? each.definition.name : each.recordName),
      bytesOf: (each) => (isReadable(each) ? wireSpecBytes(each.definition.task) : 0),
    });
    return { schedules: items.map(toWireSchedule), nextPageToken };
  });
}

function triggerHandler(
  context: ServiceContext,
  schedules: Schedules,
): handleUnaryCall<Received<"TriggerScheduleRequest">, Sent<"TriggerScheduleResponse">> {
  return unaryAsync(context, async ({ name, requestId }) => {
    const checks = new FieldChecks("");
    checkName(checks, "name", name);
    checkText(checks, "request_id", requestId, LIMITS.maxRequestIdBytes);
    checks.throwIfWrong();
    const firing = await schedules.trigger(name, requestId === "" ? randomUUID() : requestId);
    return { firing: toWireFiring(firing, await schedules.taskIds(name, firing)) };
  });
}

function listFiringsHandler(
  context: ServiceContext,
  schedules: Schedules,
): handleUnaryCall<Received<"ListFiringsRequest">, Sent<"ListFiringsResponse">> {
  return unaryAsync(context, async ({ name, pageSize, pageToken }) => {
    const checks = new FieldChecks("");
    checkName(checks, "name", name);
    const limit = checkPageSize(checks, pageSize);
    checks.throwIfWrong();
    const filters = ["firings", name];
    const before = sequenceOf(filters, pageToken);
    const rest = (await schedules.firings(name)).filter(({ sequence }) => sequence < before);
    const page = fitting(rest.slice(0, limit));
    const last = page.at(-1);
    const hasMore = last !== undefined && rest.length > page.length;
    const taskIds = await Promise.all(page.map((firing) => schedules.taskIds(name, firing)));
    return {
      firings: page.map((firing, at) => toWireFiring(firing, taskIds[at] ?? [])),
      nextPageToken: hasMore ? encodePageToken(filters, [last.sequence]) : "",
    };
  });
}

/** Task ids take up to 150 bytes, so that a page of a message's size has about so many. */
const MAX_TASK_IDS_A_PAGE = 20_000;

function fitting(firings: readonly Firing[]): readonly Firing[] {
  let tasks = 0;
  return firings.filter((firing, index) => {
    tasks += firing.tasks;
    return index === 0 || tasks <= MAX_TASK_IDS_A_PAGE;
  });
}

function sequenceOf(filters: readonly unknown[], token: string): number {
  if (token === "") {
    return Number.POSITIVE_INFINITY;
  }
  const [sequence] = decodePageToken(filters, token);
  if (typeof sequence !== "number") {
    throw invalidPageToken();
  }
  return sequence;
}
