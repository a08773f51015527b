import {
  decodeStatus,
  type ErrorDetail,
  type PackedDetail,
  statusDetailsKey,
  unpackDetails,
} from "@baton/proto";
import { type Metadata, status } from "@grpc/grpc-js";
import type { Received } from "./wire.ts";

/** A gRPC status, by name. */
export type StatusCode = keyof typeof status;

/** Ends of a call that only reads, after which another call goes on. */
export const PASSING: readonly StatusCode[] = ["UNAVAILABLE", "CANCELLED", "UNKNOWN", "INTERNAL"];

/** What is wrong with one field of a request. */
export interface FieldViolation {
  /** The path of the field in the request, such as `task.queue`. */
  readonly field: string;
  /** What is wrong with it, for people. */
  readonly description: string;
}

/** What a {@link BatonError} says beside its message. */
export interface BatonErrorDetails {
  /** Why, for programs: `TASK_NOT_FOUND` and the others that docs/protocol.md lists; empty where unknown. */
  readonly reason?: string;
  readonly violations?: readonly FieldViolation[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** How long to wait before the same call is worth a try. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * What calls of a client reject with: the dispatcher's error, or the SDK's own if it refuses the call before it is
 * sent. Decide by `code` and `reason`; the message is for people.
 */
export class BatonError extends Error {
  override readonly name: string = "BatonError";
  /** The status of the call, such as `NOT_FOUND`. */
  readonly code: StatusCode;
  /** Why, for programs: `TASK_NOT_FOUND` and the others that docs/protocol.md lists. Empty if unknown. */
  readonly reason: string;
  /** Each wrong field of the request; empty for other errors. */
  readonly violations: readonly FieldViolation[];
  /** More facts, by reason; docs/protocol.md lists them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How many milliseconds to wait before another try; undefined if the dispatcher did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: StatusCode, message: string, details: BatonErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.reason = details.reason ?? "";
    this.violations = details.violations ?? [];
    this.metadata = details.metadata ?? {};
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The end of a call, as grpc-js gives it: a `ServiceError` or a `StatusObject`. */
export interface CallEnd {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** What Node says of a peer whose first bytes are not those of HTTP/2. */
const SPEAKS_SOMETHING_ELSE = /Last error: Protocol error/;

/** Returns the error of a call that ended with another status than OK, its details decoded. */
export function errorOfCall(end: CallEnd): BatonError {
  const [trailer] = end.metadata.get(statusDetailsKey);
  const decoded = trailer instanceof Uint8Array ? decodeStatus(trailer) : undefined;
  const details = SPEAKS_SOMETHING_ELSE.test(end.details)
    ? `${end.details}; what listens there does not speak gRPC, or expects TLS`
    : end.details;
  return toError(end.code, details, decoded?.details ?? []);
}

/** What grpc-js says where it had no connection to give a call to, in every policy and with every resolver. */
const NEVER_SENT =
  /^(\w+: )?(No connection established|No addresses resolved)|^Name resolution failed/;

/** Whether it is certain that nothing of a call was sent: it ended before there was a connection. */
export function wasNeverSent({ code, reason, message }: BatonError): boolean {
  return code === "UNAVAILABLE" && reason === "" && NEVER_SENT.test(message);
}

/** Returns the error of one item of a batch or a stream. */
export function errorOfItem(item: Received<"SubmitItemResult">["error"]): BatonError {
  // The types allow unpacked details as well, which the loader never makes.
  const details = unpackDetails((item?.details ?? []) as PackedDetail[]);
  return toError(item?.code ?? status.UNKNOWN, item?.message ?? "", details);
}

/** Returns the error of a request that is refused before it is sent. */
export function invalidRequest(
  violations: readonly FieldViolation[],
  reason = "INVALID_FIELD",
): BatonError {
  const text = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
  return new BatonError("INVALID_ARGUMENT", text, { reason, violations });
}

function toError(code: number, message: string, details: readonly ErrorDetail[]): BatonError {
  const info = details.find((detail) => detail.kind === "error_info");
  const badRequest = details.find((detail) => detail.kind === "bad_request");
  const retryInfo = details.find((detail) => detail.kind === "retry_info");
  const name = (status[code] ?? "UNKNOWN") as StatusCode;
  return new BatonError(name, message === "" ? name : message, {
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? {},
    violations: badRequest?.fieldViolations ?? [],
    retryAfterMs: retryInfo?.retryDelayMs,
  });
}
