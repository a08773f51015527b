/** A store cannot be opened as configured; the message is one line for the operator. */
export class StoreOpenError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreOpenError";
  }
}

/** Why a store threw. `unknown`: the change may have happened. */
export type StoreErrorKind = "unavailable" | "unknown" | "full";

/** The store is broken, out of reach or out of room. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.kind = kind;
  }
}
