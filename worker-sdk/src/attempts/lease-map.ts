/** A lease of a task. */
export interface Lease {
  readonly taskId: string;
  readonly leaseToken: number;
}

/**
 * What belongs to leases, in the order it was added. A worker seldom has two leases of one task, so the
 * task alone finds almost all of them, and no key has to be put together.
 */
export class LeaseMap<Value extends { readonly lease: Lease }> {
  readonly #byTask = new Map<string, Value>();
  /** While there is one whose task has another: that, and all that were added after it. */
  readonly #others = new Map<string, Value>();

  get size(): number {
    return this.#byTask.size + this.#others.size;
  }

  /** Iterates over a copy wherever values are taken out meanwhile. */
  values(): Iterable<Value> {
    return this.#others.size === 0
      ? this.#byTask.values()
      : [...this.#byTask.values(), ...this.#others.values()];
  }

  /** Undefined where there is none. */
  get(taskId: string, leaseToken: number): Value | undefined {
    const value = this.#byTask.get(taskId);
    if (value?.lease.leaseToken === leaseToken) {
      return value;
    }
    return this.#others.size === 0 ? undefined : this.#others.get(keyOf(taskId, leaseToken));
  }

  /** Adds a value, in the place of the one that its lease has. */
  add(value: Value): void {
    const { taskId, leaseToken } = value.lease;
    const present = this.#byTask.get(taskId);
    if (present === undefined ? this.#others.size === 0 : present.lease.leaseToken === leaseToken) {
      this.#byTask.set(taskId, value);
    } else {
      this.#others.set(keyOf(taskId, leaseToken), value);
    }
  }

  /** Takes out and returns what the lease has; undefined where that is nothing. */
  remove(taskId: string, leaseToken: number): Value | undefined {
    const value = this.get(taskId, leaseToken);
    if (value === undefined) {
      return undefined;
    }
    if (this.#byTask.get(taskId) === value) {
      this.#byTask.delete(taskId);
    } else {
      this.#others.delete(keyOf(taskId, leaseToken));
    }
    return value;
  }

  clear(): void {
    this.#byTask.clear();
    this.#others.clear();
  }
}

function keyOf(taskId: string, leaseToken: number): string {
  return `${taskId}#${leaseToken}`;
}
