import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/** The metadata key under which gRPC carries an encoded `google.rpc.Status`. */
export const statusDetailsKey = "grpc-status-details-bin";

/** `google.rpc.ErrorInfo`: why a call failed, for programs to switch on. */
export interface ErrorInfo {
  readonly kind: "error_info";
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `google.rpc.BadRequest`: the fields of the request that are wrong. */
export interface BadRequest {
  readonly kind: "bad_request";
  readonly fieldViolations: readonly { readonly field: string; readonly description: string }[];
}

/** `google.rpc.RetryInfo`: the least time to wait before the same request is sent again. */
export interface RetryInfo {
  readonly kind: "retry_info";
  readonly retryDelayMs: number;
}

/** `google.rpc.ResourceInfo`: the thing that the request was about. */
export interface ResourceInfo {
  readonly kind: "resource_info";
  readonly resourceType: string;
  readonly resourceName: string;
  readonly owner: string;
  readonly description: string;
}

/** `google.rpc.QuotaFailure`: the limits that the request went past. */
export interface QuotaFailure {
  readonly kind: "quota_failure";
  readonly violations: readonly { readonly subject: string; readonly description: string }[];
}

/** The details that Baton sends and reads. */
export type ErrorDetail = ErrorInfo | BadRequest | RetryInfo | ResourceInfo | QuotaFailure;

/** `google.rpc.Status` with its details unpacked. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
}

/** A detail as a `google.rpc.Status` carries it: a `google.protobuf.Any`. */
export interface PackedDetail {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** `google.rpc.Status` as a field of a message takes it. */
export interface PackedStatus {
  readonly code: number;
  readonly message: string;
  readonly details: PackedDetail[];
}

const typePrefix = "type.googleapis.com/";

const typeNames: Readonly<Record<ErrorDetail["kind"], string>> = {
  error_info: "google.rpc.ErrorInfo",
  bad_request: "google.rpc.BadRequest",
  retry_info: "google.rpc.RetryInfo",
  resource_info: "google.rpc.ResourceInfo",
  quota_failure: "google.rpc.QuotaFailure",
};

const root = new protobuf.Root().loadSync(
  ["status", "error_details"].map((name) =>
    fileURLToPath(new URL(`../google/rpc/${name}.proto`, import.meta.url)),
  ),
);
const statusType = root.lookupType("google.rpc.Status");

/** Packs a status for a field of a message. */
export function packStatus(status: RpcStatus): PackedStatus {
  return { code: status.code, message: status.message, details: status.details.map(pack) };
}

/** Encodes a status for the trailer {@link statusDetailsKey}. */
export function encodeStatus(status: RpcStatus): Buffer {
  const message = statusType.fromObject(packStatus(status));
  return Buffer.from(statusType.encode(message).finish());
}

/**
 * Decodes the trailer {@link statusDetailsKey}. Details of types unknown here are left out, so that a
 * newer server can add some. Returns undefined for bytes that are no `google.rpc.Status`.
 */
export function decodeStatus(bytes: Uint8Array): RpcStatus | undefined {
  try {
    const { code, message, details } = read<PackedStatus>(statusType, bytes);
    return { code, message, details: unpackAll(details) };
  } catch {
    return undefined;
  }
}

/** Packs details for a `google.rpc.Status` inside another message, such as that of a batch's item. */
export function packDetails(details: readonly ErrorDetail[]): PackedDetail[] {
  return details.map(pack);
}

/** Unpacks what {@link packDetails} packed. Leaves out what is unknown here or malformed. */
export function unpackDetails(details: readonly PackedDetail[]): ErrorDetail[] {
  try {
    return unpackAll(details);
  } catch {
    return [];
  }
}

function unpackAll(details: readonly PackedDetail[]): ErrorDetail[] {
  return details.map(unpack).filter((detail) => detail !== undefined);
}

function pack(detail: ErrorDetail): PackedDetail {
  const name = typeNames[detail.kind];
  const type = root.lookupType(name);
  return {
    type_url: typePrefix + name,
    value: type.encode(type.fromObject(toFields(detail))).finish(),
  };
}

function toFields(detail: ErrorDetail): object {
  if (detail.kind !== "retry_info") {
    const { kind: _, ...fields } = detail;
    return fields;
  }
  const wholeMs = Math.round(detail.retryDelayMs);
  return {
    retryDelay: { seconds: Math.trunc(wholeMs / 1000), nanos: (wholeMs % 1000) * 1_000_000 },
  };
}

function unpack(packed: PackedDetail): ErrorDetail | undefined {
  const name = packed.type_url.slice(packed.type_url.lastIndexOf("/") + 1);
  const fields = <Fields>(): Fields => read<Fields>(root.lookupType(name), packed.value);
  switch (name) {
    case typeNames.error_info:
      return { kind: "error_info", ...fields<Omit<ErrorInfo, "kind">>() };
    case typeNames.bad_request:
      return { kind: "bad_request", ...fields<Omit<BadRequest, "kind">>() };
    case typeNames.resource_info:
      return { kind: "resource_info", ...fields<Omit<ResourceInfo, "kind">>() };
    case typeNames.quota_failure:
      return { kind: "quota_failure", ...fields<Omit<QuotaFailure, "kind">>() };
    case typeNames.retry_info: {
      const { retryDelay } = fields<{ retryDelay: { seconds: number; nanos: number } | null }>();
      return {
        kind: "retry_info",
        retryDelayMs:
          retryDelay === null ? 0 : retryDelay.seconds * 1000 + retryDelay.nanos / 1_000_000,
      };
    }
    default:
      return undefined;
  }
}

function read<Fields>(type: protobuf.Type, bytes: Uint8Array): Fields {
  const message = type.toObject(type.decode(bytes), {
    longs: Number,
    defaults: true,
    arrays: true,
    objects: true,
  });
  return message as Fields;
}
