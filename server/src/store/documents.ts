import type { Due } from "../domain/task.ts";

/**
 * Keeps small documents by name, in collections: what is neither task nor lease, such as schedules and
 * events. Each method takes a batch and answers item by item, in order; items do not know of each other.
 * Throws `StoreError` only where the store is broken; an answer that was not had changed everything or
 * nothing of each item, and a `BatchError` has the outcomes of the items that did not fail. A store that is
 * full refuses puts, but for small ones.
 *
 * - D1 A document that was answered as put is not lost, as far as the store's durability setting reaches.
 * - D2 Of several puts that expect the same version one succeeds.
 * - D3 Versions of one name only grow, also when the document is removed and put again.
 * - D4 A document whose time has come, by the store's clock, is named by `due` until it is put or removed
 *   or another call hid it.
 */
export interface Documents {
  /** The store's time, in epoch milliseconds. */
  nowMs(): Promise<number>;

  /** Stores documents, each where its name has the version that is expected (D2). */
  put(collection: Collection, batch: readonly DocumentPut[]): Promise<PutOutcome[]>;

  /** Returns documents, null where there is none. */
  get(collection: Collection, names: readonly string[]): Promise<(Document | null)[]>;

  /**
   * Returns a page of a collection, by name (its UTF-8 bytes), at most so many after the name given and
   * fewer where they are large: whoever wants more asks again, until there is none. Only of collections
   * that are listed.
   */
  list(collection: Collection, after: string | null, limit: number): Promise<Document[]>;

  /** Removes documents; answers whether there was one. A version of null removes any. */
  remove(collection: Collection, batch: readonly DocumentRemoval[]): Promise<boolean[]>;

  /**
   * Returns documents whose time has come, about as many as the limit (fewer where they are large) and
   * about the earliest first, and hides each from other calls for a while: whoever is given one has that
   * long to put it. Hiding leaves the version as it is. Where a part of the collection is away, the others
   * are answered for, and a later call has what it missed.
   */
  due(collection: Collection, limit: number, hideMs: number): Promise<DueDocuments>;
}

/** A kind of documents. What is not listed costs the store no index of names. */
export interface Collection {
  readonly name: "schedules" | "firings" | "subscriptions" | "marks" | "events" | "operations";
  readonly isListed: boolean;
  /** Over how many slots of a cluster its documents are spread. */
  readonly partitions: number;
  /**
   * The collection that its documents lie beside, in the slot of the one named by what stands before the
   * last slash of theirs: where the one can be written the other can.
   */
  readonly beside?: "schedules";
}

/** Every collection there is. */
export const COLLECTIONS = {
  schedules: { name: "schedules", isListed: true, partitions: 8 },
  /** What schedules did, in a ring of a fixed size each. */
  firings: { name: "firings", isListed: false, partitions: 8, beside: "schedules" },
  subscriptions: { name: "subscriptions", isListed: true, partitions: 1 },
  /** A document whose version changes with every change of subscriptions. */
  marks: { name: "marks", isListed: false, partitions: 1 },
  events: { name: "events", isListed: false, partitions: 16 },
  /** Few: a thousand at most, of which each is written several times a second while it goes on. */
  operations: { name: "operations", isListed: true, partitions: 1 },
} as const satisfies Record<string, Collection>;

/** A document as it is stored. */
export interface Document {
  readonly name: string;
  readonly version: number;
  readonly body: Buffer;
}

/** A document to store. */
export interface DocumentPut {
  /** 1 to 160 bytes. */
  readonly name: string;
  readonly body: Uint8Array;
  /** When `due` is to name it; null for never. */
  readonly due: Due | null;
  /** 0: there must be none. Null: whatever there is. */
  readonly expectedVersion: number | null;
  /** Adds little to what is there, such as a mark or a state: a full store takes it all the same. */
  readonly isSmall?: boolean;
}

/** `conflict`: the name has another version, or none; nothing changed. */
export type PutOutcome =
  | { readonly kind: "ok"; readonly version: number }
  | { readonly kind: "conflict" };

/** A document to remove. */
export interface DocumentRemoval {
  readonly name: string;
  readonly expectedVersion: number | null;
}

/** What is due. */
export interface DueDocuments {
  readonly documents: readonly Document[];
  /** The store's time at which they were found. */
  readonly nowMs: number;
  /** How long until one is due next; 0 where the limit left some; null for never. */
  readonly nextInMs: number | null;
}
