import type { LeaseRef, QueueName } from "../../domain/ids.ts";
import type { LeaseTable } from "./lease-table.ts";

/**
 * Keeps a suspect ({@link isSuspect}) apart from what else a session runs: a process that dies takes all of it
 * along. The session is given nothing until what it has has run for a quiet time, then one suspect, and again
 * nothing for that time, unless the suspect ends before. It never has two of them, on whichever queues.
 */
export class Solitude {
  readonly #leases: LeaseTable;
  readonly #quietMs: number;
  /** The queue whose suspect the session is kept for, or has. */
  #queue: QueueName | null = null;
  #suspect: LeaseRef | null = null;
  #grantedAtMs = 0;

  constructor(leases: LeaseTable, quietMs: number) {
    this.#leases = leases;
    this.#quietMs = quietMs;
  }

  /** Whether the session is neither kept for a suspect nor has one. */
  get isFree(): boolean {
    if (this.#suspect !== null && this.#leases.find(this.#suspect)?.isOver !== false) {
      this.end();
    }
    return this.#queue === null;
  }

  /** Keeps the session for a suspect of a queue. */
  begin(queue: QueueName): void {
    this.#queue = queue;
  }

  /** Whether the session is kept for a suspect of this queue and has none yet. */
  isKeptFor(queue: QueueName): boolean {
    return this.#queue === queue && this.#suspect === null;
  }

  /** Whether the suspect may come. */
  isQuiet(nowMs: number): boolean {
    return nowMs - this.#leases.lastGrantAtMs >= this.#quietMs || this.#leases.isIdle;
  }

  /** Notes that the suspect was granted. */
  granted(suspect: LeaseRef, nowMs: number): void {
    this.#suspect = suspect;
    this.#grantedAtMs = nowMs;
  }

  /** Lets the session go. */
  end(): void {
    this.#queue = null;
    this.#suspect = null;
  }

  /** Whether the session may be given other tasks. */
  takesOthers(nowMs: number): boolean {
    const isProven = this.#suspect !== null && nowMs - this.#grantedAtMs >= this.#quietMs;
    return this.isFree || isProven;
  }
}
