import { isUtf8 } from "node:buffer";
import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../domain/errors.ts";
import { type BatonEvent, isJsonType, type Subscription } from "../domain/events/event.ts";
import { checkName, FieldChecks } from "./validate-fields.ts";
import { type TaskSpecInput, validateTaskSpec } from "./validate-task-spec.ts";
import { checkMap, checkText, type MapRule } from "./validate-text.ts";
import { checkTimestamp, type TimestampInput } from "./validate-time.ts";

/** An event as it comes from the wire. */
export interface EventInput {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: TimestampInput | null;
  readonly dataContentType: string;
  readonly dataSchema: string;
  readonly extensions: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

/** A subscription as it comes from the wire. */
export interface SubscriptionInput {
  readonly name: string;
  readonly eventType: string;
  readonly source: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly task: TaskSpecInput | null;
}

const CORE_NAMES =
  "specversion|id|source|type|subject|time|datacontenttype|dataschema|data|data_base64";

const { maxExtensionNameBytes } = LIMITS;

const EXTENSIONS: MapRule = {
  key: new RegExp(`^(?!(?:${CORE_NAMES})$)[a-z0-9]{1,${maxExtensionNameBytes}}$`),
  keyRule: `1 to ${maxExtensionNameBytes} of the characters a-z 0-9, and no name that CloudEvents itself uses`,
  maxEntries: LIMITS.maxEventExtensions,
  maxValueBytes: LIMITS.maxHeaderValueBytes,
  allowsControl: false,
};

const FILTERS: MapRule = {
  ...EXTENSIONS,
  key: new RegExp(`^(?:subject|${EXTENSIONS.key.source.slice(1, -1)})$`),
  keyRule: `subject or the name of an extension attribute (1 to ${maxExtensionNameBytes} of a-z 0-9)`,
};

const BYTE_ORDER_MARK = Buffer.from("\ufeff");

/** Whether bytes are UTF-8, as JSON has to be; whether they are JSON is not looked at. */
export function isJsonText(bytes: Uint8Array): boolean {
  // In UTF-16 and UTF-32 one of the first two bytes is 0, or they are no UTF-8.
  return bytes[0] !== 0 && bytes[1] !== 0 && isUtf8(bytes);
}

/** What follows the byte order mark, if there is one. */
export function withoutByteOrderMark<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  const isMarked = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
  return isMarked ? (bytes.subarray(BYTE_ORDER_MARK.length) as Bytes) : bytes;
}

/**
 * Checks an event.
 *
 * @param path the path of the event in the request, or of the list that it is in
 * @param index its place in that list
 */
export function validateEvent(
  input: EventInput | null,
  path: string,
  index?: number,
): BatonEvent | TaskError {
  const checks = new FieldChecks(path, index);
  if (input === null) {
    return checks.missing();
  }
  checkRequired(checks, "id", input.id, LIMITS.maxEventIdBytes);
  checkRequired(checks, "source", input.source, LIMITS.maxEventTextBytes);
  checkRequired(checks, "type", input.type, LIMITS.maxEventTypeBytes);
  checkText(checks, "subject", input.subject, LIMITS.maxEventTextBytes);
  checkText(checks, "data_content_type", input.dataContentType, LIMITS.maxContentTypeBytes);
  checkText(checks, "data_schema", input.dataSchema, LIMITS.maxEventTextBytes);
  if (input.data.length > LIMITS.maxPayloadBytes) {
    checks.refuseOversize("data", input.data.length, LIMITS.maxPayloadBytes);
  }
  const event: BatonEvent = {
    id: input.id,
    source: input.source,
    type: input.type,
    subject: input.subject,
    dataContentType: input.dataContentType,
    dataSchema: input.dataSchema,
    timeMs: input.time && checkTimestamp(checks, "time", input.time, Math.floor),
    extensions: checkMap(checks, "extensions", input.extensions, EXTENSIONS),
    data: isJsonType(input.dataContentType) ? checkJson(checks, input.data) : input.data,
  };
  return checks.error() ?? event;
}

/** Checks that every handler can read JSON as RFC 8259 wants it; whether it is any is for handlers to say. */
function checkJson(checks: FieldChecks, data: Uint8Array): Uint8Array {
  if (!isJsonText(data)) {
    checks.refuse("data", "must be UTF-8, because its content type says JSON");
  }
  return withoutByteOrderMark(data);
}

/** Checks a subscription, which is not paused then, and fills in every default of its task. */
export function validateSubscription(
  input: SubscriptionInput | null,
  nowMs: number,
  path: string,
): Subscription | TaskError {
  const checks = new FieldChecks(path);
  if (input === null) {
    return checks.missing();
  }
  checkName(checks, "name", input.name);
  checkRequired(checks, "event_type", input.eventType, LIMITS.maxEventTypeBytes);
  if (input.eventType.slice(0, -1).includes("*")) {
    checks.refuse("event_type", "may have a * only at its end");
  }
  checkText(checks, "source", input.source, LIMITS.maxEventTextBytes);
  const attributes = checkMap(checks, "attributes", input.attributes, FILTERS);
  checkTemplate(checks, input.task);
  const error = checks.error();
  if (error !== null) {
    return error;
  }
  const task = validateTaskSpec(input.task, nowMs, `${path}.task`);
  const { name, eventType, source } = input;
  return task instanceof TaskError
    ? task
    : { name, eventType, source, attributes, task, paused: false };
}

function checkRequired(checks: FieldChecks, field: string, value: string, maxBytes: number): void {
  if (value === "") {
    checks.refuse(field, "is required");
  }
  checkText(checks, field, value, maxBytes);
}

function checkTemplate(checks: FieldChecks, task: TaskSpecInput | null): void {
  if (task === null) {
    checks.refuse("task", "is required");
    return;
  }
  if (task.payload.length > 0) {
    checks.refuse("task.payload", "must be empty: the event sets it");
  }
  if (task.contentType !== "") {
    checks.refuse("task.content_type", "must be empty: the event sets it");
  }
  if (task.requestId !== "") {
    checks.refuse("task.request_id", "must be empty: the event sets it");
  }
  if (task.due === "runAt") {
    checks.refuse("task.run_at", "would be the same for every event: use delay");
  }
}
