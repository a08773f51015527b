import type { QueueName } from "../../domain/ids.ts";
import { StoreError } from "../store.ts";

/**
 * Waits for calls to several partitions. Where some failed and others did not, "nothing was changed"
 * would be a lie.
 *
 * @throws StoreError of the kind of all, or `unknown`
 */
export async function allParts<Answer>(calls: readonly Promise<Answer>[]): Promise<Answer[]> {
  const settled = await Promise.allSettled(calls);
  const errors = settled.filter(({ status }) => status === "rejected").map(reasonOf);
  if (errors.length === 0) {
    return settled.map((one) => (one as PromiseFulfilledResult<Answer>).value);
  }
  const [error] = errors;
  const isSame = errors.every((other) => kindOf(other) === kindOf(error));
  throw isSame && errors.length === calls.length
    ? error
    : new StoreError("unknown", "some partitions of a queue failed", error);
}

/**
 * Runs a batch as one call a partition, all under way at once. Returns the outcomes in the order of the
 * items.
 */
export async function runByPart<Item, Outcome>(
  batch: readonly Item[],
  nameOf: (item: Item) => QueueName,
  run: (items: readonly Item[]) => Promise<readonly Outcome[]>,
): Promise<Outcome[]> {
  const parts = new Map<QueueName, { readonly items: Item[]; readonly places: number[] }>();
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
  const outcomes = new Array<Outcome>(batch.length);
  const calls = Array.from(parts.values(), async ({ items, places }) => {
    const answers = await run(items);
    for (const [at, place] of places.entries()) {
      outcomes[place] = answers[at] as Outcome;
    }
  });
  await allParts(calls);
  return outcomes;
}

function reasonOf(settled: PromiseSettledResult<unknown>): unknown {
  return (settled as PromiseRejectedResult).reason;
}

function kindOf(error: unknown): string | null {
  return error instanceof StoreError ? error.kind : null;
}
