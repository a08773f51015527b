import { resultsOf } from "../../dispatch/store-calls/store-failure.ts";
import type { Done } from "../whole-items.ts";

const BYTES_A_PIECE = 4 * 1024 * 1024;

/** How items are done a few at a time. */
export interface Pieces<Owner, Item> {
  /** Makes an owner's items one by one, as they are asked for. */
  readonly itemsOf: (owner: Owner) => Iterable<Item>;
  readonly bytesOf: (item: Item) => number;
  readonly itemsAPiece: number;
  /** Returns a result an item, in order, an `Error` where it was not done; or throws. */
  readonly run: (items: readonly Item[]) => Promise<readonly unknown[]>;
}

/**
 * Does the items of several owners, a few at a time, and tells the owners apart whose items were all done.
 * The event loop is given back between the pieces, and no more items are made than one of them has: a
 * schedule of a few KiB makes tasks of 64 MiB. Of an owner that the store failed for, no more is done.
 */
export async function doInPieces<Owner, Item>(
  owners: readonly Owner[],
  { itemsOf, bytesOf, itemsAPiece, run }: Pieces<Owner, Item>,
): Promise<Done<Owner>> {
  const failures = new Map<Owner, Error>();
  let piece: { readonly owner: Owner; readonly item: Item }[] = [];
  let bytes = 0;
  const doPiece = async (): Promise<void> => {
    const going = piece;
    piece = [];
    bytes = 0;
    const results = await resultsOf(going.length, () => run(going.map(({ item }) => item)));
    for (const [at, { owner }] of going.entries()) {
      const result = results[at];
      if (result instanceof Error && !failures.has(owner)) {
        failures.set(owner, result);
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const owner of owners) {
    for (const item of itemsOf(owner)) {
      const size = bytesOf(item);
      if (piece.length >= itemsAPiece || (piece.length > 0 && bytes + size > BYTES_A_PIECE)) {
        await doPiece();
      }
      if (failures.has(owner)) {
        break;
      }
      piece.push({ owner, item });
      bytes += size;
    }
  }
  if (piece.length > 0) {
    await doPiece();
  }
  const [error = null] = failures.values();
  return { done: owners.filter((owner) => !failures.has(owner)), error };
}
