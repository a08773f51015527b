import { leaseKindOf } from "../../../domain/specs/spec-codec.ts";
import type { TaskSpec } from "../../../domain/task.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { enterLanes } from "./lanes.ts";
import { takeTurn } from "./line.ts";
import { enterReadyIndex } from "./ready-index.ts";

/** Gathers tasks that were stored one after the other, and puts them in line together. */
export class Entering {
  readonly #tx: Transaction;
  #queue: QueueKey | null = null;
  #isKeyed = false;
  #fromSeq = 0;
  #toSeq = 0;
  /** How many of each kind go into lanes. */
  readonly #kinds = new Map<string, number>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** Adds a task that was stored READY just now. */
  add(queue: QueueKey, seq: number, place: number, spec: TaskSpec): void {
    const { concurrencyKey: key, orderingKey } = spec;
    if (orderingKey !== "" && !takeTurn(this.#tx, queue, { seq, place, key, orderingKey })) {
      return;
    }
    const isKeyed = key !== "";
    if (queue !== this.#queue || seq !== this.#toSeq + 1 || isKeyed !== this.#isKeyed) {
      this.enter();
      this.#queue = queue;
      this.#isKeyed = isKeyed;
      this.#fromSeq = seq;
    }
    this.#toSeq = seq;
    if (isKeyed) {
      const kind = leaseKindOf(spec);
      this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    }
  }

  /** Puts those in line that were gathered. */
  enter(): void {
    const queue = this.#queue;
    this.#queue = null;
    if (queue === null) {
      return;
    }
    if (!this.#isKeyed) {
      enterReadyIndex(this.#tx, queue, this.#fromSeq, this.#toSeq);
      return;
    }
    enterLanes(this.#tx, queue, this.#kinds, this.#fromSeq, this.#toSeq);
    this.#kinds.clear();
  }
}
