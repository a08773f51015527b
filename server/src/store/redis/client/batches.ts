import type { QueueName } from "../../../domain/ids.ts";
import { BatchError, type ItemResult, resultsOfFailure } from "../../store.ts";
import { storeErrorOf } from "./errors.ts";

/** At most so much work goes into one script call, so that no call keeps Redis from others for long: plain items. */
const MAX_WORK = 200;
/** At most so many bytes go into one script call, but for the first item. */
const MAX_BYTES = 4 * 1024 * 1024;
/** At most so many calls of a batch are under way, so that one over many queues keeps nobody waiting. */
const CALLS_AT_ONCE = 16;

/** Items of a batch that go together, and where in the batch they stand. */
export interface BatchPart<Item> {
  readonly items: Item[];
  readonly places: number[];
}

interface Chunk<Item> extends BatchPart<Item> {
  readonly queue: QueueName;
  work: number;
  bytes: number;
}

/** How large items are, where it matters. */
export interface Sizes<Item> {
  /** Of how many plain items a script has the work; 1 where absent. */
  readonly workOf?: (item: Item) => number;
  /** 0 where absent. */
  readonly bytesOf?: (item: Item) => number;
}

/**
 * Runs a batch as one call a queue, or a few where it is large; up to 16 under way at once, a queue's in
 * order. Returns the outcomes in the order of the items.
 *
 * @throws BatchError where some calls failed: what became of the items of the others is known
 */
export async function runByQueue<Item, Outcome>(
  batch: readonly Item[],
  queueOf: (item: Item) => QueueName,
  run: (queue: QueueName, items: readonly Item[]) => Promise<Outcome[]>,
  sizes: Sizes<Item> = {},
): Promise<Outcome[]> {
  const queue = onlyQueueOf(batch, queueOf, sizes);
  if (queue !== null) {
    return run(queue, batch);
  }
  const chunks = chunksOf(batch, queueOf, sizes);
  return runParts(batch.length, chunks, (chunk) => run(chunk.queue, chunk.items));
}

/**
 * Runs the parts of a batch of so many items, up to 16 under way at once. Returns the outcomes in the order
 * of the items.
 *
 * @throws BatchError where parts failed
 */
export async function runParts<Part extends BatchPart<unknown>, Outcome>(
  count: number,
  parts: readonly Part[],
  run: (part: Part) => Promise<readonly Outcome[]>,
): Promise<Outcome[]> {
  const results = new Array<ItemResult<Outcome>>(count);
  let hasFailed = false;
  const call = async (part: Part): Promise<void> => {
    let answers: readonly ItemResult<Outcome>[];
    try {
      answers = await run(part);
    } catch (error) {
      hasFailed = true;
      answers = resultsOfFailure<Outcome>(storeErrorOf(error), part.items.length);
    }
    for (const [at, place] of part.places.entries()) {
      results[place] = answers[at] as ItemResult<Outcome>;
    }
  };
  for (let from = 0; from < parts.length; from += CALLS_AT_ONCE) {
    await Promise.all(parts.slice(from, from + CALLS_AT_ONCE).map(call));
  }
  if (hasFailed) {
    throw new BatchError(results);
  }
  return results as Outcome[];
}

/** The queue of a batch that fits into one call; null where it takes several. */
function onlyQueueOf<Item>(
  batch: readonly Item[],
  queueOf: (item: Item) => QueueName,
  { workOf = one, bytesOf = none }: Sizes<Item>,
): QueueName | null {
  const [first] = batch;
  if (first === undefined || batch.length > MAX_WORK) {
    return null;
  }
  const queue = queueOf(first);
  let work = 0;
  let bytes = 0;
  for (const item of batch) {
    work += workOf(item);
    bytes += bytesOf(item);
    if (work > MAX_WORK || bytes > MAX_BYTES || queueOf(item) !== queue) {
      return null;
    }
  }
  return queue;
}

function chunksOf<Item>(
  batch: readonly Item[],
  queueOf: (item: Item) => QueueName,
  { workOf = one, bytesOf = none }: Sizes<Item>,
): Chunk<Item>[] {
  const chunks: Chunk<Item>[] = [];
  const open = new Map<QueueName, Chunk<Item>>();
  for (const [place, item] of batch.entries()) {
    const queue = queueOf(item);
    const work = workOf(item);
    const bytes = bytesOf(item);
    let chunk = open.get(queue);
    if (chunk === undefined || chunk.work + work > MAX_WORK || chunk.bytes + bytes > MAX_BYTES) {
      chunk = { queue, items: [], places: [], work: 0, bytes: 0 };
      open.set(queue, chunk);
      chunks.push(chunk);
    }
    chunk.items.push(item);
    chunk.places.push(place);
    chunk.work += work;
    chunk.bytes += bytes;
  }
  return chunks;
}

function one(): number {
  return 1;
}

function none(): number {
  return 0;
}
