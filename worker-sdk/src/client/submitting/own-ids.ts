import { randomFillSync } from "node:crypto";

// As docs/protocol.md says, "Request ids that say when": milliseconds since 2026, 41 bits, and the mark; a
// number; what the ids of one client share by chance.
const EPOCH_MS = 1_767_225_600_000;
const LAST_MS = 2 ** 41 - 1;
const MARKS = 2 ** 7;
const MARK = 0x2d;
const NUMBER_AT = 6;
const NUMBERS = 2 ** 16;
const SHARED_AT = 8;
const BYTES = 12;

/**
 * Makes request ids of a client's own: their tasks' ids are the same but for the queue and say when they were
 * made, so that a dispatcher can tell a task that was purged from one that never was.
 */
export class OwnIds {
  readonly #newest = randomFillSync(Buffer.alloc(BYTES));
  #newestMs = 0;
  #number = 0;

  /** Returns the next one. */
  next(nowMs: number): string {
    const madeMs = Math.min(Math.max(Math.floor(nowMs) - EPOCH_MS, 0), LAST_MS);
    if (this.#number === 0 || madeMs < this.#newestMs) {
      randomFillSync(this.#newest, SHARED_AT);
    }
    this.#newestMs = madeMs;
    this.#newest.writeUIntBE(madeMs * MARKS + MARK, 0, NUMBER_AT);
    this.#newest.writeUInt16BE(this.#number, NUMBER_AT);
    this.#number = (this.#number + 1) % NUMBERS;
    return `~${this.#newest.toString("base64url")}`;
  }
}
