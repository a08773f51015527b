import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";
import {
  type BatonEvent,
  type Delivery,
  deliveryOf,
  fingerprintOfEvent,
  matches,
  nameOfEvent,
} from "../../domain/events/event.ts";
import {
  encodeDeliveredEvent,
  encodePendingEvent,
  type Route,
  tasksOfEvent,
} from "../../domain/events/event-codec.ts";
import { newGeneration } from "../../domain/ids.ts";
import type { DocumentPut } from "../../store/documents.ts";
import { EVENT_WINDOW_MS, type PendingEvent } from "./deliverer.ts";

/** How long the dispatcher that took an event has to deliver it until a sweep does, in milliseconds. */
export const DELIVERY_RECOVERY_MS = 5_000;

// What one piece of a batch takes at most, unless one event alone takes more: a few KiB may be a thousand
// events, each wanted by a thousand subscriptions.
const MATCHES_A_PIECE = 10_000;
const TASKS_A_PIECE = 1_000;
const BYTES_A_PIECE = 4 * 1024 * 1024;

/** An event that is to be published. */
export interface Announced {
  readonly event: BatonEvent;
  /** The call that it came with, and how many tasks the call's events make that were prepared. */
  readonly call: { tasks: number };
}

/** An event with what publishing makes of it. */
export interface PreparedEvent {
  readonly event: BatonEvent;
  readonly name: string;
  readonly fingerprint: string;
  readonly routes: readonly Route[];
  /** One a route. */
  readonly deliveries: readonly Delivery[];
}

/** Prepares the next events of a batch, as many as may be stored at a time; of others says why not. */
export function pieceOf(
  batch: readonly Announced[],
  from: number,
  routes: readonly Route[],
): (PreparedEvent | TaskError)[] {
  const piece: (PreparedEvent | TaskError)[] = [];
  let tasks = 0;
  let bytes = 0;
  for (const { event, call } of batch.slice(from)) {
    const wanting = routes.filter(({ subscription }) => matches(subscription, event));
    tasks += wanting.length;
    bytes += bytesOf(event, wanting);
    if (piece.length > 0 && (tasks > TASKS_A_PIECE || bytes > BYTES_A_PIECE)) {
      break;
    }
    const isTooMuch = call.tasks + wanting.length > LIMITS.maxTasksOfPublish;
    call.tasks += isTooMuch ? 0 : wanting.length;
    piece.push(isTooMuch ? tooManyTasks() : prepare(event, wanting));
    if (piece.length * routes.length >= MATCHES_A_PIECE) {
      break;
    }
  }
  return piece;
}

function bytesOf(event: BatonEvent, routes: readonly Route[]): number {
  return (
    routes.reduce((bytes, { templateBytes }) => bytes + templateBytes.length, 0) + event.data.length
  );
}

function prepare(event: BatonEvent, routes: readonly Route[]): PreparedEvent {
  const generation = newGeneration();
  return {
    event,
    name: nameOfEvent(event.source, event.id),
    fingerprint: fingerprintOfEvent(event),
    routes,
    deliveries: routes.map(({ subscription }) => deliveryOf(generation, subscription)),
  };
}

/** What stores an event with all that its tasks need, where there is none of its name. */
export function putOf(prepared: PreparedEvent): DocumentPut {
  const { event, name, fingerprint, routes, deliveries } = prepared;
  const isPending = routes.length > 0;
  return {
    name,
    body: isPending
      ? encodePendingEvent(fingerprint, event, routes, deliveries)
      : encodeDeliveredEvent(fingerprint, []),
    due: { kind: "after", delayMs: isPending ? DELIVERY_RECOVERY_MS : EVENT_WINDOW_MS },
    expectedVersion: 0,
  };
}

/** What is delivered of an event that was stored. */
export function pendingOf(prepared: PreparedEvent, version: number): PendingEvent {
  const { event, name, fingerprint, routes, deliveries } = prepared;
  return {
    name,
    version,
    fingerprint,
    deliveries,
    tasks: tasksOfEvent(name, event, routes, deliveries),
  };
}

function tooManyTasks(): TaskError {
  const most = LIMITS.maxTasksOfPublish;
  return new TaskError(
    "BATCH_FULL",
    `with this event the batch would make more than ${most} tasks`,
    { retryAfterMs: 0 },
  );
}
