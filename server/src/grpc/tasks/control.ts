import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import { FieldChecks } from "../../intake/validate-fields.ts";
import { checkTaskId } from "../../intake/validate-lease.ts";
import { checkNote } from "../../intake/validate-text.ts";
import { unaryAsync } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireTask } from "../convert/task.ts";
import type { Received, Sent } from "../wire.ts";
import { taskIdOf } from "./read.ts";

/** Handles `Cancel`. */
export function cancelHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"CancelRequest">, Sent<"CancelResponse">> {
  return unaryAsync(context, async (request) => {
    const checks = new FieldChecks("");
    const id = checkTaskId(checks, "task_id", request.taskId);
    const reason = checkNote(checks, "reason", request.reason, LIMITS.maxReasonBytes);
    checks.throwIfWrong();
    return { task: toWireTask(await context.dispatcher.cancel(id, reason), false) };
  });
}

/** Handles `Redrive`. */
export function redriveHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"RedriveRequest">, Sent<"RedriveResponse">> {
  return unaryAsync(context, async (request) => ({
    task: toWireTask(await context.dispatcher.redrive(taskIdOf(request)), false),
  }));
}

/** Handles `RunNow`. */
export function runNowHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"RunNowRequest">, Sent<"RunNowResponse">> {
  return unaryAsync(context, async (request) => ({
    task: toWireTask(await context.dispatcher.runNow(taskIdOf(request)), false),
  }));
}

/** Handles `Delete`. */
export function deleteHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"DeleteRequest">, Sent<"DeleteResponse">> {
  return unaryAsync(context, async (request) => {
    await context.dispatcher.delete(taskIdOf(request));
    return {};
  });
}
