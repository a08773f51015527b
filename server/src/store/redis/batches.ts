import type { QueueName } from "../../domain/ids.ts";

/** At most so many items go into one script call, so that no call keeps Redis from others for long. */
const MAX_ITEMS = 200;
/** At most so many bytes go into one script call, but for the first item. */
const MAX_BYTES = 4 * 1024 * 1024;
/** At most so many calls of a batch are under way, so that one over many queues keeps nobody waiting. */
const CALLS_AT_ONCE = 16;

interface Chunk<Item> {
  readonly queue: QueueName;
  readonly items: Item[];
  readonly places: number[];
  bytes: number;
}

/**
 * Runs a batch as one call a queue, or a few where it is large; up to 16 under way at once, a queue's in
 * order. Returns the outcomes in the order of the items.
 */
export async function runByQueue<Item, Outcome>(
  batch: readonly Item[],
  queueOf: (item: Item) => QueueName,
  run: (queue: QueueName, items: readonly Item[]) => Promise<Outcome[]>,
  bytesOf: (item: Item) => number = () => 0,
): Promise<Outcome[]> {
  const queue = onlyQueueOf(batch, queueOf, bytesOf);
  if (queue !== null) {
    return run(queue, batch);
  }
  const chunks = chunksOf(batch, queueOf, bytesOf);
  const outcomes = new Array<Outcome>(batch.length);
  for (let from = 0; from < chunks.length; from += CALLS_AT_ONCE) {
    const wave = chunks.slice(from, from + CALLS_AT_ONCE);
    const answers = await Promise.all(wave.map(({ queue, items }) => run(queue, items)));
    for (const [index, { places }] of wave.entries()) {
      for (const [at, place] of places.entries()) {
        outcomes[place] = answers[index]?.[at] as Outcome;
      }
    }
  }
  return outcomes;
}

/** The queue of a batch that fits into one call; null where it takes several. */
function onlyQueueOf<Item>(
  batch: readonly Item[],
  queueOf: (item: Item) => QueueName,
  bytesOf: (item: Item) => number,
): QueueName | null {
  const [first] = batch;
  if (first === undefined || batch.length > MAX_ITEMS) {
    return null;
  }
  const queue = queueOf(first);
  let bytes = 0;
  for (const item of batch) {
    bytes += bytesOf(item);
    if (bytes > MAX_BYTES || queueOf(item) !== queue) {
      return null;
    }
  }
  return queue;
}

function chunksOf<Item>(
  batch: readonly Item[],
  queueOf: (item: Item) => QueueName,
  bytesOf: (item: Item) => number,
): Chunk<Item>[] {
  const chunks: Chunk<Item>[] = [];
  const open = new Map<QueueName, Chunk<Item>>();
  for (const [place, item] of batch.entries()) {
    const queue = queueOf(item);
    const bytes = bytesOf(item);
    let chunk = open.get(queue);
    if (chunk === undefined || isFull(chunk, bytes)) {
      chunk = { queue, items: [], places: [], bytes: 0 };
      open.set(queue, chunk);
      chunks.push(chunk);
    }
    chunk.items.push(item);
    chunk.places.push(place);
    chunk.bytes += bytes;
  }
  return chunks;
}

function isFull(chunk: Chunk<unknown>, bytes: number): boolean {
  return chunk.items.length >= MAX_ITEMS || chunk.bytes + bytes > MAX_BYTES;
}
