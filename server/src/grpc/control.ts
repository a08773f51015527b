import type { handleUnaryCall } from "@grpc/grpc-js";
import { LIMITS } from "../domain/limits.ts";
import { FieldChecks } from "../domain/validate-fields.ts";
import { checkTaskId } from "../domain/validate-lease.ts";
import { checkNote } from "../domain/validate-text.ts";
import { toWireTask } from "./convert-task.ts";
import { unaryAsync } from "./handler.ts";
import { taskIdOf } from "./read.ts";
import type { ServiceContext } from "./service-context.ts";
import type { Received, Sent } from "./wire.ts";

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
