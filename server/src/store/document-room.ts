import type { DocumentPut, PutOutcome } from "./documents.ts";
import { BatchError, type ItemResult, resultsOfFailure, StoreError } from "./store-errors.ts";

/** How a store puts documents, each call all of them or none. */
export interface PutWays {
  /** Puts small ones, also where the store is full. */
  small(batch: readonly DocumentPut[]): Promise<readonly PutOutcome[]>;
  /** Puts any, and none where the store is full. */
  any(batch: readonly DocumentPut[]): Promise<readonly PutOutcome[]>;
}

/**
 * Puts documents: those that are small also where the store is full.
 *
 * @throws BatchError where it is full and refused the others
 */
export async function putInRoom(
  batch: readonly DocumentPut[],
  { small, any }: PutWays,
): Promise<PutOutcome[]> {
  if (batch.every(isSmall)) {
    return [...(await small(batch))];
  }
  try {
    return [...(await any(batch))];
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "full" && batch.some(isSmall))) {
      throw error;
    }
    const outcomes = await small(batch.filter(isSmall));
    const refused = resultsOfFailure<PutOutcome>(error, batch.length);
    let at = 0;
    throw new BatchError(
      batch.map(
        (put, place): ItemResult<PutOutcome> =>
          (isSmall(put) ? outcomes[at++] : refused[place]) as ItemResult<PutOutcome>,
      ),
    );
  }
}

function isSmall(put: DocumentPut): boolean {
  return put.isSmall === true;
}
