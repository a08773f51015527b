import { createHash } from "node:crypto";
import {
  addressOfRequest,
  originOf,
  type TaskAddress,
  type TaskOrigin,
} from "../flow/task-address.ts";
import type { TaskSpec } from "../task.ts";
import { TRACE_HEADERS, withSoundTrace } from "../trace-context.ts";
import { withoutBlanks } from "./json-blanks.ts";

/** A CloudEvents 1.0 event, checked. */
export interface BatonEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** Empty where there is none; so the next two. */
  readonly subject: string;
  readonly dataContentType: string;
  readonly dataSchema: string;
  /** Epoch milliseconds; null where the publisher did not say. */
  readonly timeMs: number | null;
  readonly extensions: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

/** Which events make tasks, and what tasks. */
export interface Subscription {
  readonly name: string;
  /** A type, or a prefix that ends with `*`. */
  readonly eventType: string;
  /** Empty for any. */
  readonly source: string;
  /** What `subject` or extensions must be. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly task: TaskSpec;
  readonly paused: boolean;
}

/** One task that an event makes. */
export interface Delivery extends TaskOrigin {
  /**
   * Names it among the deliveries of all events that ever had the source and id: the generation of the event
   * and the subscription, or the subscription alone where an earlier version stored the event.
   */
  readonly key: string;
}

/** The label that an event's tasks carry; its value is the subscription's name. */
const SUBSCRIPTION_LABEL = "baton.subscription";

const NAME_BYTES = 24;
const FINGERPRINT_BYTES = 18;
/** Begins the fingerprints that say what {@link fingerprintOfEvent} does; earlier versions' have another mark or none. */
const FINGERPRINT_MARK = "3.";
const JSON_TYPE = /^[^;]*[/+]json\s*(?:;|$)/i;
const NO_PAYLOAD = new Uint8Array(0);

/** The name under which an event is stored: 192 bits of SHA-256 over source and id. */
export function nameOfEvent(source: string, id: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([source, id]))
    .digest();
  return hash.toString("base64url", 0, NAME_BYTES);
}

/** Whether a content type says that data is JSON. */
export function isJsonType(contentType: string): boolean {
  return JSON_TYPE.test(contentType);
}

/**
 * What source and id must not stand for anew: 144 bits of SHA-256 over type and data, of JSON without blanks.
 * Nothing else counts, since whoever passes an event on may stamp it, add a charset, trace it in another span,
 * or write it in another form, where blanks around its data, or within, are lost.
 */
export function fingerprintOfEvent({ type, data, dataContentType }: BatonEvent): string {
  const counted = isJsonType(dataContentType) ? withoutBlanks(data) : data;
  const hash = createHash("sha256").update(JSON.stringify(type)).update(counted).digest();
  return FINGERPRINT_MARK + hash.toString("base64url", 0, FINGERPRINT_BYTES);
}

/** Whether an event is that which is stored under its source and id; where that cannot be told, it is. */
export function isSameEvent(storedFingerprint: string, fingerprint: string): boolean {
  return storedFingerprint === fingerprint || !storedFingerprint.startsWith(FINGERPRINT_MARK);
}

/**
 * What an event makes for a subscription. The generation is drawn when the event is stored: the tasks of an event
 * of the same source and id that is forgotten may still be there.
 */
export function deliveryOf(generation: string, { name, task }: Subscription): Delivery {
  return { key: `${generation}/${name}`, ...originOf(task) };
}

/** The address of the task that an event makes for a subscription (G12). */
export function addressOfDelivery(eventName: string, delivery: Delivery): TaskAddress {
  return addressOfRequest(delivery, requestIdOfDelivery(eventName, delivery));
}

/** The request id of the task that an event makes for a subscription. */
export function requestIdOfDelivery(eventName: string, { key }: Delivery): string {
  return `event/${eventName}/${key}`;
}

/** Whether a subscription wants an event. */
export function matches(subscription: Subscription, event: BatonEvent): boolean {
  return (
    !subscription.paused &&
    matchesType(subscription.eventType, event.type) &&
    (subscription.source === "" || subscription.source === event.source) &&
    matchesAttributes(subscription.attributes, event)
  );
}

function matchesType(pattern: string, type: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

function matchesAttributes(
  attributes: Readonly<Record<string, string>>,
  event: BatonEvent,
): boolean {
  for (const name in attributes) {
    const value = name === "subject" ? event.subject : event.extensions[name];
    if (value !== attributes[name]) {
      return false;
    }
  }
  return true;
}

/** A subscription's task without what only the event knows. */
export function templateOf({ name, task }: Subscription): TaskSpec {
  return {
    ...task,
    payload: NO_PAYLOAD,
    labels: { ...task.labels, [SUBSCRIPTION_LABEL]: name },
  };
}

/** What an event puts into the headers of its tasks: CloudEvents' own names, and the trace context. */
export function headersOfEvent(event: BatonEvent, timeText: string): Record<string, string> {
  const headers: Record<string, string> = {
    "ce-specversion": "1.0",
    "ce-id": event.id,
    "ce-source": event.source,
    "ce-type": event.type,
  };
  if (timeText !== "") headers["ce-time"] = timeText;
  if (event.subject !== "") headers["ce-subject"] = event.subject;
  if (event.dataSchema !== "") headers["ce-dataschema"] = event.dataSchema;
  for (const name in event.extensions) {
    headers[isTraceContext(name) ? name : `ce-${name}`] = event.extensions[name] ?? "";
  }
  return { ...withSoundTrace(headers) };
}

function isTraceContext(name: string): boolean {
  return TRACE_HEADERS.includes(name);
}
