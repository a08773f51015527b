import { isUtf8 } from "node:buffer";
import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";
import { isJsonType } from "../../domain/events/event.ts";
import { parseTime } from "../../domain/rfc3339.ts";
import { type EventInput, isJsonText, withoutByteOrderMark } from "../../intake/validate-event.ts";
import { fieldError } from "../../intake/validate-fields.ts";
import { shownKey } from "../../intake/validate-text.ts";
import { HttpError } from "../http-error.ts";
import { JsonScanner, JsonSyntaxError } from "./json-scanner.ts";

const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch+json";
const ANY_CLOUDEVENTS = /^application\/cloudevents/;
const HEADER_PREFIX = "ce-";
const VERSION = "1.0";
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
const MS_A_SECOND = 1_000;
const NANOS_A_MS = 1_000_000;

/** The headers of a request, each value by itself. */
export type Headers = Readonly<Partial<Record<string, readonly string[]>>>;

/** Events that came in one request. */
export interface ReceivedEvents {
  /** Not checked yet; or why it cannot be read. */
  readonly events: readonly (EventInput | TaskError)[];
  /** Whether they came as a batch, which has one answer each. */
  readonly isBatch: boolean;
}

/**
 * Reads the events of a request: CloudEvents 1.0 in binary, structured or batched mode. What is wrong with
 * one event is told of that one alone.
 *
 * @throws HttpError 415 where it has none of these forms, 400 where the body is not what its form asks for
 */
export function readEvents(headers: Headers, body: Buffer): ReceivedEvents {
  const contentType = headers["content-type"]?.[0] ?? "";
  const mediaType = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (mediaType === STRUCTURED) {
    const event = unlessWrong(() => scanned(body, (json) => structuredEvent(json, "event")));
    return { events: [event], isBatch: false };
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
  return { events: [unlessWrong(() => binaryEvent(headers, contentType, body))], isBatch: false };
}

function unlessWrong(read: () => EventInput): EventInput | TaskError {
  try {
    return read();
  } catch (error) {
    if (error instanceof TaskError) {
      return error;
    }
    throw error;
  }
}

function binaryEvent(headers: Headers, contentType: string, body: Buffer): EventInput {
  const attributes = new Map<string, string>();
  for (const [header, values = []] of Object.entries(headers)) {
    if (header.startsWith(HEADER_PREFIX)) {
      const name = header.slice(HEADER_PREFIX.length);
      const [value = "", ...others] = values;
      if (others.length > 0) {
        throw fieldError(fieldOf("event", name), "is given twice");
      }
      attributes.set(name, decodeHeader(value, fieldOf("event", name)));
    }
  }
  return eventOf(attributes, contentType, body, "event");
}

// CloudEvents' HTTP binding writes what is no printable ASCII, and % and ", in percent encoding. Who does not
// sends UTF-8, of which Node makes a character a byte.
function decodeHeader(value: string, field: string): string {
  const bytes = Buffer.from(value, "latin1");
  if (!isUtf8(bytes)) {
    throw fieldError(field, "is no UTF-8; write it in percent encoding");
  }
  const text = bytes.toString();
  const unquoted = /^".*"$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
  try {
    return decodeURIComponent(unquoted);
  } catch {
    throw fieldError(field, "has a malformed percent encoding");
  }
}

function batchedEvents(json: JsonScanner): (EventInput | TaskError)[] {
  if (!json.isAtArray) {
    json.value();
    throw new HttpError(400, "a batch must be a JSON array of events");
  }
  const events: (EventInput | TaskError)[] = [];
  json.array((index) => {
    if (index === LIMITS.maxBatchItems) {
      throw new HttpError(400, `a batch has 1 to ${LIMITS.maxBatchItems} events`);
    }
    // Passed as a whole first, so that the next is found whatever is wrong with this one.
    const event = new JsonScanner(json.value());
    events.push(unlessWrong(() => structuredEvent(event, `events[${index}]`)));
  });
  return events;
}

// Data goes on to handlers as the publisher wrote it: 9007199254740993 must not become 9007199254740992.
function structuredEvent(json: JsonScanner, path: string): EventInput {
  if (!json.isAtObject) {
    json.value();
    throw fieldError(path, "must be a JSON object");
  }
  const members = membersOf(json, path);
  const take = (name: string): Buffer | null => {
    const value = members.get(name) ?? null;
    members.delete(name);
    return value;
  };
  const data = take("data");
  const base64 = nullable(take("data_base64"));
  const attributes = new Map<string, string>();
  for (const [name, value] of members) {
    if (nullable(value) !== null) {
      attributes.set(name, textOf(value, fieldOf(path, name)));
    }
  }
  const contentType = attributes.get("datacontenttype") ?? "";
  attributes.delete("datacontenttype");
  if (base64 !== null) {
    if (nullable(data) !== null) {
      throw fieldError(`${path}.data`, "must not be there beside data_base64");
    }
    return eventOf(attributes, contentType, fromBase64(base64, `${path}.data_base64`), path);
  }
  const type = contentType === "" && data !== null ? "application/json" : contentType;
  return eventOf(attributes, type, bytesOfData(data, type, `${path}.data`), path);
}

function membersOf(json: JsonScanner, path: string): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  json.object((name, value) => {
    if (members.has(name)) {
      throw fieldError(fieldOf(path, name), "is given twice");
    }
    members.set(name, value);
    if (members.size > MAX_MEMBERS) {
      throw fieldError(path, `has more than ${MAX_MEMBERS} attributes`);
    }
  });
  return members;
}

function bytesOfData(json: Buffer | null, contentType: string, field: string): Buffer {
  if (json === null) {
    return Buffer.alloc(0);
  }
  if (isJsonType(contentType) || json[0] !== QUOTE) {
    // A copy, so that an event does not keep the whole body.
    return Buffer.from(json);
  }
  const text = stringOf(json);
  if (!text.isWellFormed()) {
    throw fieldError(field, "is not well-formed text (a lone surrogate)");
  }
  return Buffer.from(text);
}

function textOf(value: Buffer, field: string): string {
  switch (value[0]) {
    case QUOTE:
      return stringOf(value);
    case OPEN_BRACE:
    case OPEN_BRACKET:
      throw fieldError(field, "is no text");
    default:
      return value.toString();
  }
}

function stringOf(json: Buffer): string {
  return JSON.parse(json.toString()) as string;
}

function nullable(json: Buffer | null): Buffer | null {
  return json?.equals(NULL) ? null : json;
}

function fromBase64(json: Buffer, field: string): Buffer {
  const text = json[0] === QUOTE ? stringOf(json) : "?";
  if (text.length > MAX_BASE64_LENGTH) {
    throw fieldError(field, `is larger than ${LIMITS.maxPayloadBytes} bytes`);
  }
  if (text.length % BASE64_GROUP !== 0 || !BASE64.test(text)) {
    throw fieldError(field, "is no base64");
  }
  return Buffer.from(text, "base64");
}

function eventOf(
  attributes: Map<string, string>,
  dataContentType: string,
  data: Buffer,
  path: string,
): EventInput {
  const take = (name: string): string => {
    const value = attributes.get(name) ?? "";
    attributes.delete(name);
    return value;
  };
  const version = take("specversion");
  if (version !== VERSION) {
    const what = version === "" ? "is missing" : `must be ${VERSION}`;
    throw fieldError(`${path}.specversion`, what);
  }
  const time = take("time");
  return {
    id: take("id"),
    source: take("source"),
    type: take("type"),
    subject: take("subject"),
    dataSchema: take("dataschema"),
    time: time === "" ? null : timestampOf(time, `${path}.time`),
    dataContentType,
    data,
    extensions: Object.fromEntries(attributes),
  };
}

function timestampOf(text: string, field: string): NonNullable<EventInput["time"]> {
  const ms = parseTime(text);
  if (ms === null) {
    throw fieldError(field, "is no timestamp of RFC 3339");
  }
  const seconds = Math.floor(ms / MS_A_SECOND);
  return { seconds: String(seconds), nanos: (ms - seconds * MS_A_SECOND) * NANOS_A_MS };
}

/** The path of an attribute, as gRPC names it. */
function fieldOf(path: string, attribute: string): string {
  switch (attribute) {
    case "id":
    case "source":
    case "type":
    case "subject":
    case "time":
    case "specversion":
    case "data":
    case "data_base64":
      return `${path}.${attribute}`;
    case "datacontenttype":
      return `${path}.data_content_type`;
    case "dataschema":
      return `${path}.data_schema`;
    default:
      return `${path}.extensions[${shownKey(attribute)}]`;
  }
}

function scanned<Found>(body: Buffer, read: (json: JsonScanner) => Found): Found {
  if (!isJsonText(body)) {
    throw new HttpError(400, "the body is not JSON in UTF-8");
  }
  const json = new JsonScanner(withoutByteOrderMark(body));
  try {
    const found = read(json);
    json.end();
    return found;
  } catch (error) {
    throw error instanceof JsonSyntaxError
      ? new HttpError(400, `the body ${error.message}`)
      : error;
  }
}
