import { randomBytes } from "node:crypto";
import {
  type ErrorDetail,
  encodeStatus,
  type PackedStatus,
  packStatus,
  type RpcStatus,
  statusDetailsKey,
} from "@baton/proto";
import { Metadata, type StatusObject, status as statusCodes } from "@grpc/grpc-js";
import type { DispatchLog } from "../dispatch/log.ts";
import { cutText } from "../domain/cut-text.ts";
import { type FieldViolation, REASONS, TaskError } from "../domain/errors.ts";

/** The domain of Baton's reasons in `google.rpc.ErrorInfo`. */
const ERROR_DOMAIN = "baton";

// What other languages take as trailers is 8 KiB and less; these keep ours below 4 KiB.
const MAX_MESSAGE_BYTES = 1024;
/** gRPC writes every byte that is no plain ASCII as three. */
const MAX_ESCAPED_MESSAGE_BYTES = Math.floor(MAX_MESSAGE_BYTES / 3);
const MAX_VALUE_BYTES = 200;
const MAX_VIOLATIONS_BYTES = 600;
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** What grpc-js takes to end a call. */
export type CallStatus = Pick<StatusObject, "code" | "details" | "metadata">;

/**
 * Returns what a caller may be told of an error. What is no `TaskError` is a bug: the log gets it with
 * its stack, the caller gets INTERNAL and the id to find it by.
 */
export function toTaskError(error: unknown, log: DispatchLog): TaskError {
  if (error instanceof TaskError) {
    return error;
  }
  const errorId = randomBytes(9).toString("base64url");
  log.error({ err: error, error_id: errorId }, "internal error");
  return new TaskError("INTERNAL", "internal error", { metadata: { error_id: errorId } });
}

/** Returns the status that a call ends with, its details packed in the trailers. */
export function toCallStatus(error: TaskError): CallStatus {
  const status = toRpcStatus(error);
  const metadata = new Metadata();
  metadata.set(statusDetailsKey, encodeStatus(status));
  return { code: status.code, details: status.message, metadata };
}

/** Returns the status of one item of an answer. */
export function toItemStatus(error: TaskError): PackedStatus {
  return packStatus(toRpcStatus(error));
}

function toRpcStatus(error: TaskError): RpcStatus {
  return {
    code: statusCodes[REASONS[error.reason].status],
    message: cutMessage(error.message),
    details: detailsOf(error),
  };
}

function detailsOf(error: TaskError): ErrorDetail[] {
  const shown = fitting(error.violations);
  const omitted = error.violations.length - shown.length;
  const metadata = omitted > 0 ? { ...error.metadata, more: String(omitted) } : error.metadata;
  const details: ErrorDetail[] = [
    {
      kind: "error_info",
      reason: error.reason,
      domain: ERROR_DOMAIN,
      metadata: Object.fromEntries(
        Object.entries(metadata).map(([key, value]) => [key, cutText(value, MAX_VALUE_BYTES)]),
      ),
    },
  ];
  if (shown.length > 0) {
    details.push({ kind: "bad_request", fieldViolations: shown });
  }
  if (REASONS[error.reason].retryable) {
    details.push({ kind: "retry_info", retryDelayMs: retryDelayMs(error) });
  }
  return details;
}

function fitting(violations: readonly FieldViolation[]): FieldViolation[] {
  const shown: FieldViolation[] = [];
  let bytes = 0;
  for (const violation of violations) {
    const field = cutText(violation.field, MAX_VALUE_BYTES);
    const description = cutText(violation.description, MAX_VALUE_BYTES);
    bytes += Buffer.byteLength(field) + Buffer.byteLength(description);
    if (bytes > MAX_VIOLATIONS_BYTES) {
      break;
    }
    shown.push({ field, description });
  }
  return shown;
}

function retryDelayMs(error: TaskError): number {
  if (error.retryAfterMs !== null) {
    return error.retryAfterMs;
  }
  // Another dispatcher, or another stream, can be asked at once.
  const isElsewhere = error.reason === "DRAINING" || error.reason === "SESSION_SILENT";
  return isElsewhere ? 0 : DEFAULT_RETRY_AFTER_MS;
}

// grpc-js fails with an uncaught exception on text that is not well-formed, which cutText mends.
function cutMessage(message: string): string {
  const cut = cutText(message, MAX_MESSAGE_BYTES);
  return encodeURI(cut).length <= MAX_MESSAGE_BYTES ? cut : cutText(cut, MAX_ESCAPED_MESSAGE_BYTES);
}
