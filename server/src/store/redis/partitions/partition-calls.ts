import type { QueueName } from "../../../domain/ids.ts";
import { BatchError, type ItemResult, resultsOfFailure, StoreError } from "../../store.ts";
import { type BatchPart, runParts } from "../client/batches.ts";
import { storeErrorOf } from "../client/errors.ts";

/**
 * Waits for calls to several partitions.
 *
 * @throws StoreError see {@link failureOfParts}
 */
export async function allParts<Answer>(calls: readonly Promise<Answer>[]): Promise<Answer[]> {
  const settled = await Promise.allSettled(calls);
  const results = settled.map((one) =>
    one.status === "fulfilled" ? one.value : storeErrorOf(one.reason),
  );
  const failure = failureOfParts(results);
  if (failure !== null) {
    throw failure;
  }
  return results as Answer[];
}

/**
 * Why a call to several partitions failed: of the kind of all, else `unknown`, since "nothing was changed"
 * would be a lie where it failed in some. Null where it failed in none.
 */
export function failureOfParts(results: readonly ItemResult<unknown>[]): StoreError | null {
  const errors = results.filter((result) => result instanceof StoreError);
  const [error] = errors;
  if (error === undefined) {
    return null;
  }
  const isAlike = errors.every(({ kind }) => kind === error.kind);
  return isAlike && errors.length === results.length
    ? error
    : new StoreError("unknown", "some partitions of a queue failed", error);
}

/**
 * Runs a batch as one call a partition, all under way at once. Returns the outcomes in the order of the
 * items.
 *
 * @throws BatchError where partitions failed
 */
export async function runByPart<Item, Outcome>(
  batch: readonly Item[],
  nameOf: (item: Item) => QueueName,
  run: (items: readonly Item[], name: QueueName) => Promise<readonly Outcome[]>,
): Promise<Outcome[]> {
  const parts = new Map<QueueName, BatchPart<Item>>();
  for (const [place, item] of batch.entries()) {
    const name = nameOf(item);
    let part = parts.get(name);
    if (part === undefined) {
      part = { items: [], places: [] };
      parts.set(name, part);
    }
    part.items.push(item);
    part.places.push(place);
  }
  const named = Array.from(parts, ([name, part]) => ({ name, ...part }));
  return runParts(batch.length, named, ({ name, items }) => run(items, name));
}

/** Returns what became of each item of a batch, also where the call throws. */
export async function resultsOf<Item, Outcome>(
  batch: readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly Outcome[]>,
): Promise<readonly ItemResult<Outcome>[]> {
  try {
    return await run(batch);
  } catch (error) {
    return resultsOfFailure(storeErrorOf(error), batch.length);
  }
}

/**
 * Returns the outcomes of a batch.
 *
 * @throws BatchError where items failed
 */
export function outcomesOf<Outcome>(results: readonly ItemResult<Outcome>[]): Outcome[] {
  if (results.some((result) => result instanceof StoreError)) {
    throw new BatchError(results);
  }
  return results as Outcome[];
}
