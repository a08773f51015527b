/** Something that is due at a time, which may change. */
export interface Due {
  /** Infinity for never. */
  nextAtMs: number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly atMs: number;
}

/**
 * Finds what is due without a look at all that is not: a binary heap of the times that were set. A time that
 * changed leaves its old entry behind, which is passed over when it comes up.
 */
export class DueQueue<Item extends Due> {
  readonly #heap: Entry<Item>[] = [];

  /** When the first is due; infinity where nothing is. */
  get nextAtMs(): number {
    this.#dropOld();
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Sets when an item is due. */
  set(item: Item, atMs: number): void {
    item.nextAtMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) {
      return;
    }
    const heap = this.#heap;
    const entry = { item, atMs };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Entry<Item>;
      if (parent.atMs <= atMs) {
        break;
      }
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  /** Takes out what is due, the earliest first; each is due never until it is set again. */
  take(nowMs: number): Item[] {
    const due: Item[] = [];
    while (this.nextAtMs <= nowMs) {
      const { item } = this.#pop() as Entry<Item>;
      item.nextAtMs = Number.POSITIVE_INFINITY;
      due.push(item);
    }
    return due;
  }

  #dropOld(): void {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.item.nextAtMs === top.atMs) {
        return;
      }
      this.#pop();
    }
  }

  #pop(): Entry<Item> | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) {
      return top;
    }
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) {
        break;
      }
      const right = heap[below + 1];
      if (right !== undefined && right.atMs < (heap[below] as Entry<Item>).atMs) {
        below += 1;
      }
      const child = heap[below] as Entry<Item>;
      if (last.atMs <= child.atMs) {
        break;
      }
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return top;
  }
}
