import type { ServerResponse } from "node:http";
import { REASONS, type TaskError } from "../domain/errors.ts";

/** An answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An object goes as JSON, text as it is; null is no body. */
  readonly body: object | string | null;
}

const STATUSES: Readonly<Record<(typeof REASONS)[keyof typeof REASONS]["status"], number>> = {
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  FAILED_PRECONDITION: 409,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
  UNIMPLEMENTED: 501,
  ABORTED: 409,
  DEADLINE_EXCEEDED: 504,
  INTERNAL: 500,
};

const MS_A_SECOND = 1_000;
const NO_CONTENT = 204;

/** The HTTP status of an error. */
export function statusOf({ reason }: TaskError): number {
  return STATUSES[REASONS[reason].status];
}

/** What a caller is told of an error: the same as over gRPC. */
export function errorAnswer(error: TaskError): HttpAnswer {
  const { reason, message, violations, metadata, retryAfterMs } = error;
  const seconds = Math.ceil((retryAfterMs ?? MS_A_SECOND) / MS_A_SECOND);
  return {
    status: statusOf(error),
    headers: REASONS[reason].retryable ? { "retry-after": String(seconds) } : {},
    body: { error: { reason, message, metadata, fields: violations } },
  };
}

/** Writes an answer. */
export function respond(response: ServerResponse, answer: HttpAnswer): void {
  if (beginAnswer(response, answer)) {
    response.end();
  }
}

/** Writes an answer that `response.end()` ends; returns whether it can be answered. */
export function beginAnswer(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
): boolean {
  if (response.headersSent || response.destroyed) {
    return false;
  }
  const isText = typeof body === "string";
  const bytes = body === null ? null : Buffer.from(isText ? body : JSON.stringify(body));
  response.writeHead(status, {
    ...(bytes !== null && {
      "content-type": isText ? "text/plain; charset=utf-8" : "application/json",
    }),
    ...(status !== NO_CONTENT && { "content-length": bytes?.length ?? 0 }),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  if (bytes === null) {
    response.flushHeaders();
  } else {
    response.write(bytes);
  }
  return true;
}
