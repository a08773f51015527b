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

/** What became of an item of a batch: its outcome, or why there is none. */
export type ItemResult<Outcome> = Outcome | StoreError;

/**
 * A batch of which some items failed: those of one queue, say, whose server is away. Of the others the
 * outcomes are known. Its kind is that of all items where all failed alike, else `unknown`.
 */
export class BatchError extends StoreError {
  /** One result an item, in order. */
  readonly results: readonly ItemResult<unknown>[];

  constructor(results: readonly ItemResult<unknown>[]) {
    const errors = results.filter((result) => result instanceof StoreError);
    const [first] = errors;
    const isAlike = errors.every(({ kind }) => kind === first?.kind);
    const isWhole = errors.length === results.length && isAlike;
    super(
      isWhole && first ? first.kind : "unknown",
      isWhole && first ? first.message : `${errors.length} of ${results.length} items failed`,
      first,
    );
    this.name = "BatchError";
    this.results = results;
  }
}

/** Returns what became of each of so many items whose call threw. */
export function resultsOfFailure<Outcome>(
  error: StoreError,
  count: number,
): readonly ItemResult<Outcome>[] {
  return error instanceof BatchError && error.results.length === count
    ? (error.results as readonly ItemResult<Outcome>[])
    : new Array<StoreError>(count).fill(error);
}
