import { decodeEvent, type StoredEvent } from "../../domain/events/event-codec.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import type { Document } from "../../store/documents.ts";

/** Unpacks an event; what cannot be read stays as it is, for a dispatcher that can. */
export function eventOf({ name, version, body }: Document): StoredEvent | Undecodable {
  try {
    return decodeEvent(name, body);
  } catch (error) {
    return new Undecodable("event", name, version, error);
  }
}
