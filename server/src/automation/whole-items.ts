import { resultsOf } from "../dispatch/store-calls/store-failure.ts";

/** Those of which everything was done, and why it was not for the first of the others. */
export interface Done<Owner> {
  readonly done: readonly Owner[];
  readonly error: Error | null;
}

/**
 * Does the items of several owners as one batch, and tells the owners apart whose items were all done: one
 * that the store fails for must not keep the others from going on.
 *
 * @param run returns a result an item, in order, an `Error` where it was not done; or throws
 */
export async function doAll<Owner, Item>(
  owners: readonly Owner[],
  itemsOf: (owner: Owner) => readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly unknown[]>,
): Promise<Done<Owner>> {
  const items = owners.map(itemsOf);
  const all = items.flat();
  const results = all.length === 0 ? [] : await resultsOf(all.length, () => run(all));
  let at = 0;
  let error: Error | null = null;
  const done = owners.filter((_, index) => {
    const own = results.slice(at, at + (items[index]?.length ?? 0));
    at += own.length;
    const failure = own.find((result) => result instanceof Error) ?? null;
    error ??= failure;
    return failure === null;
  });
  return { done, error };
}
