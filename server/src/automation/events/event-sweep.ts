import type { DispatchLog } from "../../dispatch/log.ts";
import type { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { COLLECTIONS, type DocumentRemoval, type Documents } from "../../store/documents.ts";
import { SOME, type Swept } from "../sweep-loop.ts";
import type { Deliverer, PendingEvent } from "./deliverer.ts";
import { eventOf } from "./event-records.ts";
import { DELIVERY_RECOVERY_MS } from "./prepared-event.ts";

/** What a sweep of events needs. */
export interface EventSweepParts {
  readonly documents: Documents;
  readonly deliverer: Deliverer;
  readonly undecodable: UndecodableLog;
  readonly log: DispatchLog;
}

const EVENTS_A_ROUND = 100;

/** Delivers events whose dispatcher did not, and forgets those whose window is over: some of them. */
export async function sweepEvents(parts: EventSweepParts): Promise<Swept> {
  const { documents, deliverer, undecodable, log } = parts;
  const due = await documents.due(COLLECTIONS.events, EVENTS_A_ROUND, DELIVERY_RECOVERY_MS);
  if (due.documents.length === 0) {
    return due.nextInMs;
  }
  const pending: PendingEvent[] = [];
  const over: DocumentRemoval[] = [];
  for (const document of due.documents) {
    const { name, version } = document;
    const event = eventOf(document);
    if (event instanceof Undecodable) {
      undecodable.note(event);
      continue;
    }
    const { fingerprint, deliveries, tasks } = event;
    if (tasks === null) {
      over.push({ name, expectedVersion: version });
    } else {
      pending.push({ name, version, fingerprint, deliveries, tasks });
    }
  }
  // What the store failed for comes back when it is not hidden any more.
  for (const each of await Promise.allSettled([
    deliverer.deliver(pending),
    documents.remove(COLLECTIONS.events, over),
  ])) {
    if (each.status === "rejected") {
      log.debug({ err: each.reason }, "some events are left to a later sweep");
    }
  }
  return SOME;
}
