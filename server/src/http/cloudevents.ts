import type { IncomingHttpHeaders } from "node:http";
import { parseTime } from "../domain/rfc3339.ts";
import type { EventInput } from "../domain/validate-event.ts";
import { HttpError } from "./http-error.ts";

const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch+json";
const ANY_CLOUDEVENTS = /^application\/cloudevents/;
const HEADER_PREFIX = "ce-";
const VERSION = "1.0";
const JSON_TYPE = /^[^;]*[/+]json\s*(?:;|$)/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
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
    return { events: [structuredEvent(parseJson(body), "the event")], isBatch: false };
  }
  if (mediaType === BATCH) {
    const items = parseJson(body);
    if (!Array.isArray(items)) {
      throw new HttpError(400, "a batch must be a JSON array of events");
    }
    const events = items.map((item, index) => structuredEvent(item, `events[${index}]`));
    return { events, isBatch: true };
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

function structuredEvent(item: unknown, what: string): EventInput {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw new HttpError(400, `${what} must be a JSON object`);
  }
  const { data, data_base64: base64, ...rest } = item as Record<string, unknown>;
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null) {
      attributes.set(name, textOf(name, value, what));
    }
  }
  const contentType = attributes.get("datacontenttype") ?? "";
  attributes.delete("datacontenttype");
  if (base64 !== undefined && base64 !== null) {
    return eventOf(attributes, contentType, fromBase64(base64, what), what);
  }
  const isJson = contentType === "" || JSON_TYPE.test(contentType);
  if (data === undefined) {
    return eventOf(attributes, contentType, Buffer.alloc(0), what);
  }
  const text = isJson || typeof data !== "string" ? JSON.stringify(data) : data;
  const type = contentType === "" ? "application/json" : contentType;
  return eventOf(attributes, type, Buffer.from(text), what);
}

function textOf(name: string, value: unknown, what: string): string {
  const raw = rawNumberOf(value);
  if (raw !== null) {
    return raw;
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw new HttpError(400, `${what}: the attribute ${JSON.stringify(name)} is no text`);
}

function fromBase64(value: unknown, what: string): Buffer {
  if (typeof value !== "string" || !BASE64.test(value)) {
    throw new HttpError(400, `${what}: data_base64 is no base64`);
  }
  return Buffer.from(value, "base64");
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

/** What the engine has and the types do not know: numbers that keep their digits. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): { readonly rawJSON: string };
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}

const exactJson = JSON as unknown as ExactJson;

// Data goes on to handlers as the publisher wrote it: 9007199254740993 must not become 9007199254740992.
function parseJson(body: Buffer): unknown {
  try {
    return exactJson.parse(utf8.decode(body), (_, value, { source }) =>
      typeof value === "number" && source !== undefined && String(value) !== source
        ? exactJson.rawJSON(source)
        : value,
    );
  } catch {
    throw new HttpError(400, "the body is no JSON");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function rawNumberOf(value: unknown): string | null {
  return exactJson.isRawJSON(value) ? value.rawJSON : null;
}
