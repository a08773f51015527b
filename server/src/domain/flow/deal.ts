/** A concurrency key that has READY tasks, or all tasks without a key. */
export interface Lane {
  /** When its next grant is due in virtual time: of two lanes the one of the smaller tag goes first. */
  readonly tag: number;
  /** 1 to 100. */
  readonly weight: number;
  /** How many of its tasks may be leased now: as many as are READY and its limits allow. */
  readonly room: number;
}

/** What one lane got. */
export interface Dealt {
  readonly granted: number;
  readonly tag: number;
}

/**
 * What a grant adds to the tag of a lane of weight 1: a multiple of 1 to 16. One grant a second and one second of run
 * time cost alike.
 */
export const STRIDE = 720_720;

/**
 * Returns what a grant adds to the tag of a lane. It is whole, and exact within 1 of 14,000: Redis keeps other numbers
 * of a short sorted set as text, and reads them all again for each that is put among them.
 */
export function strideOf(weight: number): number {
  return Math.round(STRIDE / weight);
}

/**
 * Deals grants to lanes in proportion to their weights (stride scheduling: Waldspurger and Weihl, 1995): each goes to
 * the lane with the smallest tag that has room, the first of those that are equal, and adds its stride to that tag.
 * No grant is withheld while a lane has room.
 *
 * @param lanes by tag, the smallest first
 * @returns one a lane, in order
 */
export function deal(lanes: readonly Lane[], grants: number): Dealt[] {
  return dealInTurn(lanes, grants).dealt;
}

/**
 * As {@link deal}, and says whose turn it is.
 *
 * @returns `turns` has the place of a lane for each grant, in the order in which they are due
 */
export function dealInTurn(
  lanes: readonly Lane[],
  grants: number,
): { readonly dealt: Dealt[]; readonly turns: number[] } {
  const turns: number[] = [];
  const tags = lanes.map(({ tag }) => tag);
  const granted = lanes.map(() => 0);
  const heap = lanes.flatMap(({ room }, lane) => (room > 0 ? [lane] : []));
  for (let left = grants; left > 0 && heap.length > 0; left -= 1) {
    const lane = heap[0] as number;
    const { room, weight } = lanes[lane] as Lane;
    turns.push(lane);
    granted[lane] = (granted[lane] as number) + 1;
    tags[lane] = (tags[lane] as number) + strideOf(weight);
    if (granted[lane] === room) {
      heap[0] = heap.at(-1) as number;
      heap.pop();
    }
    sink(heap, tags);
  }
  const dealt = tags.map((tag, lane) => ({ granted: granted[lane] as number, tag }));
  return { dealt, turns };
}

/** Lets the first of a binary heap sink to its place; it is in order but for that one. */
function sink(heap: number[], tags: readonly number[]): void {
  const sinking = heap[0];
  if (sinking === undefined) {
    return;
  }
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (
      child + 1 < heap.length &&
      isBefore(heap[child + 1] as number, heap[child] as number, tags)
    ) {
      child += 1;
    }
    if (child >= heap.length || isBefore(sinking, heap[child] as number, tags)) {
      break;
    }
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = sinking;
}

function isBefore(one: number, other: number, tags: readonly number[]): boolean {
  const [first, second] = [tags[one] as number, tags[other] as number];
  return first < second || (first === second && one < other);
}
