import type { QueueName } from "../ids.ts";
import { DEFAULTS } from "../limits.ts";
import { formatTime } from "../rfc3339.ts";
import { decodeSpec, encodeSpec } from "../specs/spec-codec.ts";
import type { TaskSpec } from "../task.ts";
import { withoutSpan } from "../trace-context.ts";
import { expectSound, isMapOfTexts } from "../undecodable.ts";
import {
  type BatonEvent,
  type Delivery,
  headersOfEvent,
  requestIdOfDelivery,
  type Subscription,
  templateOf,
} from "./event.ts";

/** An event as it is stored. */
export interface StoredEvent {
  /** What tells a repeat from another event of the same source and id. */
  readonly fingerprint: string;
  readonly deliveries: readonly Delivery[];
  /** The tasks that are to be submitted; null once they were. */
  readonly tasks: readonly TaskSpec[] | null;
}

/** A subscription with what publishing needs of it, made once. */
export interface Route {
  readonly subscription: Subscription;
  readonly template: TaskSpec;
  readonly templateBytes: Buffer;
}

interface Head {
  readonly f: string;
  /** Of each delivery key, queue, and what routes its task where something does. */
  readonly d: readonly PackedDelivery[];
  /** Absent once delivered. */
  readonly h?: Readonly<Record<string, string>>;
  readonly c?: string;
}

type PackedDelivery = readonly [key: string, queue: string, routingKey?: string];

const LENGTH_BYTES = 4;

/** Prepares a subscription for publishing. */
export function routeOf(subscription: Subscription): Route {
  const template = templateOf(subscription);
  return {
    subscription,
    template,
    templateBytes: encodeSpec(template),
  };
}

/** The tasks that an event makes, one a route and its delivery. */
export function tasksOfEvent(
  eventName: string,
  event: BatonEvent,
  routes: readonly Route[],
  deliveries: readonly Delivery[],
): TaskSpec[] {
  const headers = eventHeaders(event);
  return routes.map(({ template }, at) =>
    taskOf(
      eventName,
      template,
      deliveries[at] as Delivery,
      headers,
      event.dataContentType,
      event.data,
    ),
  );
}

/**
 * Packs an event that is not delivered yet: the head as JSON, the data, and each task's template, each
 * behind its length (uint32, big-endian). What is needed to make the same tasks after a crash, whatever
 * became of the subscriptions.
 */
export function encodePendingEvent(
  fingerprint: string,
  event: BatonEvent,
  routes: readonly Route[],
  deliveries: readonly Delivery[],
): Buffer {
  const head: Head = {
    f: fingerprint,
    d: deliveries.map(packDelivery),
    h: eventHeaders(event),
    c: event.dataContentType,
  };
  const parts: Uint8Array[] = [Buffer.from(JSON.stringify(head)), event.data];
  return pack([...parts, ...routes.map(({ templateBytes }) => templateBytes)]);
}

/** Packs an event whose tasks are submitted: only what tells a repeat. */
export function encodeDeliveredEvent(fingerprint: string, deliveries: readonly Delivery[]): Buffer {
  const head: Head = {
    f: fingerprint,
    d: deliveries.map(packDelivery),
  };
  return pack([Buffer.from(JSON.stringify(head))]);
}

/** Unpacks what either of the two packed; throws where it is something else. */
export function decodeEvent(eventName: string, bytes: Buffer): StoredEvent {
  const [headBytes, data, ...templates] = unpack(bytes);
  const head = JSON.parse((headBytes as Buffer).toString()) as Head;
  expectSound(typeof head.f === "string" && head.d.every(isDelivery));
  const deliveries = head.d.map(unpackDelivery);
  const { h: headers, c: contentType = "" } = head;
  expectSound((headers === undefined || isMapOfTexts(headers)) && isText(contentType));
  if (headers === undefined || data === undefined) {
    return { fingerprint: head.f, deliveries, tasks: null };
  }
  const tasks = deliveries.map((delivery, index) =>
    taskOf(
      eventName,
      decodeSpec(delivery.queue, templates[index] as Buffer),
      delivery,
      headers,
      contentType,
      data,
    ),
  );
  return { fingerprint: head.f, deliveries, tasks };
}

/** Packs a subscription for a store. */
export function encodeSubscription({ task, ...rest }: Subscription): Buffer {
  const head = Buffer.from(JSON.stringify({ ...rest, queue: task.queue }));
  return pack([head, encodeSpec(task)]);
}

/** Unpacks what {@link encodeSubscription} packed; throws where it is something else. */
export function decodeSubscription(bytes: Buffer): Subscription {
  const [head, spec] = unpack(bytes) as [Buffer, Buffer];
  const { queue, ...rest } = JSON.parse(head.toString()) as Omit<Subscription, "task"> & {
    queue: QueueName;
  };
  expectSound([rest.name, rest.eventType, rest.source, queue].every(isText));
  expectSound(isMapOfTexts(rest.attributes) && typeof rest.paused === "boolean");
  return { ...rest, task: decodeSpec(queue, spec) };
}

function packDelivery({ key, queue, routingKey }: Delivery): PackedDelivery {
  return routingKey === undefined ? [key, queue] : [key, queue, routingKey];
}

function unpackDelivery([key, name, routingKey]: PackedDelivery): Delivery {
  const queue = name as QueueName;
  return routingKey === undefined ? { key, queue } : { key, queue, routingKey };
}

function isDelivery([key, queue, routingKey = ""]: PackedDelivery): boolean {
  return [key, queue, routingKey].every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function eventHeaders(event: BatonEvent): Record<string, string> {
  return headersOfEvent(event, event.timeMs === null ? "" : formatTime(event.timeMs));
}

function taskOf(
  eventName: string,
  template: TaskSpec,
  delivery: Delivery,
  headers: Readonly<Record<string, string>>,
  contentType: string,
  data: Uint8Array,
): TaskSpec {
  return {
    ...template,
    payload: data,
    contentType,
    headers: { ...withoutSpan(template.headers), ...headers },
    requestId: requestIdOfDelivery(eventName, delivery),
    deduplicationWindowMs: Math.max(template.deduplicationWindowMs, DEFAULTS.deduplicationWindowMs),
  };
}

function pack(parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) {
    length += LENGTH_BYTES + part.length;
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const part of parts) {
    at = bytes.writeUInt32BE(part.length, at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function unpack(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    parts.push(bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length));
    at += LENGTH_BYTES + length;
  }
  return parts;
}
