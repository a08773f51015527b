import { type BatonError, wasNeverSent } from "../../values/baton-error.ts";
import type { Received } from "../../values/wire.ts";
import type { Spec } from "./submit-spec.ts";

/** A submit whose answer is not there yet. */
export interface PendingSubmit {
  /** The client's number for it. */
  readonly sequence: number;
  readonly spec: Spec;
  readonly deadlineMs: number;
  readonly done: (error: BatonError | null, receipt: Received<"SubmitReceipt"> | null) => void;
  /** How many times the dispatcher could not store it. */
  tries: number;
  /** Why the last try failed. */
  lastError: BatonError | null;
  /** Whether it was sent on the current stream and not answered on it. */
  isSent: boolean;
  /** Whether a dispatcher may have taken it, on this stream or an earlier one, and not answered. */
  mayBeStored: boolean;
}

/** About what an item takes on the wire beside its payload, headers and labels apart. */
const OVERHEAD_BYTES = 1024;

/**
 * Submits in the order they came in. Each is unsent, sent on the current stream, or put off until its
 * next try; and is here until it was answered or its time is up.
 */
export class SubmitQueue {
  readonly #pending = new Map<number, PendingSubmit>();
  #inFlight = 0;
  #unsent: PendingSubmit[] = [];
  #putOff: { readonly dueMs: number; readonly submit: PendingSubmit }[] = [];

  /** How many are not answered. */
  get size(): number {
    return this.#pending.size;
  }

  /** How many were sent on the current stream and are not answered. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  add(submit: PendingSubmit): void {
    this.#pending.set(submit.sequence, submit);
    this.#unsent.push(submit);
  }

  /** Takes the next to send: at least one where there is any. */
  take(maxItems: number, maxBytes: number): PendingSubmit[] {
    let bytes = 0;
    let count = 0;
    for (const { spec } of this.#unsent) {
      bytes += OVERHEAD_BYTES + (spec.payload?.byteLength ?? 0);
      if (count === maxItems || (count > 0 && bytes > maxBytes)) {
        break;
      }
      count += 1;
    }
    const taken = this.#unsent
      .splice(0, count)
      .filter(({ sequence }) => this.#pending.has(sequence));
    for (const submit of taken) {
      submit.isSent = true;
    }
    this.#inFlight += taken.length;
    return taken;
  }

  /** Finds one that was answered; undefined where it is not known, such as after its time was up. */
  answered(sequence: number): PendingSubmit | undefined {
    const submit = this.#pending.get(sequence);
    if (submit !== undefined) {
      this.#land(submit);
      submit.mayBeStored = true;
    }
    return submit;
  }

  /** Takes one out for good. */
  remove(submit: PendingSubmit): void {
    this.#pending.delete(submit.sequence);
    this.#land(submit);
  }

  /** Tries one again later. */
  putOff(submit: PendingSubmit, dueMs: number): void {
    this.#putOff.push({ dueMs, submit });
  }

  /** Queues what is due again. Returns when the next is; infinity where none is. */
  queueDue(nowMs: number): number {
    const due = this.#putOff.filter(({ dueMs }) => dueMs <= nowMs);
    this.#putOff = this.#putOff.filter(({ dueMs }) => dueMs > nowMs);
    this.#unsent.push(...due.map(({ submit }) => submit));
    return this.#putOff.reduce(
      (nextMs, { dueMs }) => Math.min(nextMs, dueMs),
      Number.POSITIVE_INFINITY,
    );
  }

  /** The stream broke: whatever was sent on it goes out again, in the old order. */
  resend(error: BatonError | null): void {
    const again: PendingSubmit[] = [];
    for (const submit of this.#pending.values()) {
      if (submit.isSent) {
        this.#land(submit);
        submit.mayBeStored ||= error === null || !wasNeverSent(error);
        submit.lastError = error ?? submit.lastError;
        again.push(submit);
      }
    }
    this.#unsent = [...again, ...this.#unsent];
  }

  /** Takes out what is past its deadline. They came in order and have the same time each. */
  takeExpired(nowMs: number): { readonly expired: PendingSubmit[]; readonly nextMs: number } {
    const expired: PendingSubmit[] = [];
    for (const submit of this.#pending.values()) {
      if (submit.deadlineMs > nowMs) {
        return { expired, nextMs: submit.deadlineMs };
      }
      expired.push(submit);
      submit.mayBeStored ||= submit.isSent;
      this.remove(submit);
    }
    return { expired, nextMs: Number.POSITIVE_INFINITY };
  }

  /** Takes out all. */
  takeAll(): PendingSubmit[] {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    this.#inFlight = 0;
    this.#unsent = [];
    this.#putOff = [];
    return all;
  }

  #land(submit: PendingSubmit): void {
    if (submit.isSent) {
      submit.isSent = false;
      this.#inFlight -= 1;
    }
  }
}
