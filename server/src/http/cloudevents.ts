import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { LIMITS } from "../domain/limits.ts";
import { parseTime } from "../domain/rfc3339.ts";
import type { EventInput } from "../domain/validate-event.ts";
import { HttpError } from "./http-error.ts";
import { JsonScanner, JsonSyntaxError } from "./json-scanner.ts";

const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch+json";
const ANY_CLOUDEVENTS = /^application\/cloudevents/;
const HEADER_PREFIX = "ce-";
const VERSION = "1.0";
const JSON_TYPE = /^[^;]*[/+]json\s*(?:;|$)/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BASE64_GROUP = 4;
/** Of the largest data. */
const MAX_BASE64_LENGTH = Math.ceil(LIMITS.maxPayloadBytes / 3) * BASE64_GROUP;
/** The attributes that there may be and the bad ones that may be told of; no more are taken apart. */
const MAX_MEMBERS = 64;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NULL = Buffer.from("null");
const BYTE_ORDER_MARK = Buffer.from("\ufeff");
const MS_A_SECOND = 1_000;
const NANOS_A_MS = 1_000_000;

/** Events that came in one request, not checked yet. */
export interface ReceivedEvents {
  readonly events: readonly EventInput[];
  /** Whether they came as a batch, which has one answer each. */
  readonly isBatch: boolean;
}

/**
 * Reads the events of a request: CloudEvents 1.0 in binary, structured or batched mode.
 *
 * @throws HttpError 415 where it has none of these forms, 400 where it is malformed
 */
export function readEvents(headers: IncomingHttpHeaders, body: Buffer): ReceivedEvents {
  const mediaType = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (mediaType === STRUCTURED) {
    return {
      events: scanned(body, (json) => [structuredEvent(json, "the event")]),
      isBatch: false,
    };
  }
  if (mediaType === BATCH) {
    return { events: scanned(body, batchedEvents), isBatch: true };
  }
  if (ANY_CLOUDEVENTS.test(mediaType) || headers["ce-specversion"] === undefined) {
    throw new HttpError(
      415,
      `send CloudEvents 1.0: headers that begin with ce- (ce-specversion among them), ${STRUCTURED} or ${BATCH}`,
    );
  }
  return { events: [binaryEvent(headers, body)], isBatch: false };
}

function binaryEvent(headers: IncomingHttpHeaders, body: Buffer): EventInput {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(HEADER_PREFIX) && typeof value === "string") {
      attributes.set(name.slice(HEADER_PREFIX.length), decodeHeader(name, value));
    }
  }
  const contentType = headers["content-type"] ?? "";
  return eventOf(attributes, contentType, body, "the event");
}

// CloudEvents' HTTP binding writes what is no printable ASCII, and % and ", in percent encoding.
function decodeHeader(name: string, value: string): string {
  const unquoted = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
  try {
    return decodeURIComponent(unquoted);
  } catch {
    throw new HttpError(400, `the header ${name} has a malformed percent encoding`);
  }
}

function batchedEvents(json: JsonScanner): EventInput[] {
  if (!json.isAtArray) {
    json.value();
    throw new HttpError(400, "a batch must be a JSON array of events");
  }
  const events: EventInput[] = [];
  json.array((index) => {
    if (index === LIMITS.maxBatchItems) {
      throw new HttpError(400, `a batch has 1 to ${LIMITS.maxBatchItems} events`);
    }
    events.push(structuredEvent(json, `events[${index}]`));
  });
  return events;
}

// Data goes on to handlers as the publisher wrote it: 9007199254740993 must not become 9007199254740992.
function structuredEvent(json: JsonScanner, what: string): EventInput {
  if (!json.isAtObject) {
    json.value();
    throw new HttpError(400, `${what} must be a JSON object`);
  }
  const members = new Map<string, Buffer>();
  let count = 0;
  json.object((name, value) => {
    members.set(name, value);
    count += 1;
    if (count > MAX_MEMBERS) {
      throw new HttpError(400, `${what} has more than ${MAX_MEMBERS} attributes`);
    }
  });
  const take = (name: string): Buffer | null => {
    const value = members.get(name) ?? null;
    members.delete(name);
    return value;
  };
  const data = take("data");
  const base64 = take("data_base64");
  const attributes = new Map<string, string>();
  for (const [name, value] of members) {
    if (!isNull(value)) {
      attributes.set(name, textOf(name, value, what));
    }
  }
  const contentType = attributes.get("datacontenttype") ?? "";
  attributes.delete("datacontenttype");
  if (base64 !== null && !isNull(base64)) {
    return eventOf(attributes, contentType, fromBase64(base64, what), what);
  }
  if (data === null) {
    return eventOf(attributes, contentType, Buffer.alloc(0), what);
  }
  const type = contentType === "" ? "application/json" : contentType;
  const isText = !JSON_TYPE.test(type) && data[0] === QUOTE;
  // A copy, so that an event does not keep the whole body.
  const bytes = isText ? Buffer.from(stringOf(data)) : Buffer.from(data);
  return eventOf(attributes, type, bytes, what);
}

function textOf(name: string, value: Buffer, what: string): string {
  switch (value[0]) {
    case QUOTE:
      return stringOf(value);
    case OPEN_BRACE:
    case OPEN_BRACKET:
      throw new HttpError(400, `${what}: the attribute ${JSON.stringify(name)} is no text`);
    default:
      return value.toString();
  }
}

function stringOf(json: Buffer): string {
  return JSON.parse(json.toString()) as string;
}

function isNull(json: Buffer): boolean {
  return json.equals(NULL);
}

function fromBase64(json: Buffer, what: string): Buffer {
  const text = json[0] === QUOTE ? stringOf(json) : "?";
  if (text.length > MAX_BASE64_LENGTH) {
    throw new HttpError(413, `${what}: data_base64 is larger than ${LIMITS.maxPayloadBytes} bytes`);
  }
  if (text.length % BASE64_GROUP !== 0 || !BASE64.test(text)) {
    throw new HttpError(400, `${what}: data_base64 is no base64`);
  }
  return Buffer.from(text, "base64");
}

function eventOf(
  attributes: Map<string, string>,
  dataContentType: string,
  data: Buffer,
  what: string,
): EventInput {
  const take = (name: string): string => {
    const value = attributes.get(name) ?? "";
    attributes.delete(name);
    return value;
  };
  const version = take("specversion");
  if (version !== VERSION) {
    throw new HttpError(400, `${what}: specversion must be ${VERSION}`);
  }
  const time = take("time");
  return {
    id: take("id"),
    source: take("source"),
    type: take("type"),
    subject: take("subject"),
    dataSchema: take("dataschema"),
    time: time === "" ? null : timestampOf(time, what),
    dataContentType,
    data,
    extensions: Object.fromEntries(attributes),
  };
}

function timestampOf(text: string, what: string): NonNullable<EventInput["time"]> {
  const ms = parseTime(text);
  if (ms === null) {
    throw new HttpError(400, `${what}: time is no timestamp of RFC 3339`);
  }
  const seconds = Math.floor(ms / MS_A_SECOND);
  return { seconds: String(seconds), nanos: (ms - seconds * MS_A_SECOND) * NANOS_A_MS };
}

function scanned(body: Buffer, read: (json: JsonScanner) => EventInput[]): EventInput[] {
  const isMarked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const json = new JsonScanner(isMarked ? body.subarray(BYTE_ORDER_MARK.length) : body);
  try {
    if (!isUtf8(body)) {
      throw new JsonSyntaxError("no UTF-8");
    }
    const events = read(json);
    json.end();
    return events;
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new HttpError(400, "the body is no JSON") : error;
  }
}
