import type { LeaseRef } from "../../domain/ids.ts";
import type { Settlement, SettleOutcome, StoreError } from "../../store/store.ts";
import type { SettlementAnswer } from "../contract.ts";
import type { SettleCaller } from "./settler.ts";

/** Says what a worker is told of a settlement that the store answered. */
export function answerOf(lease: LeaseRef, outcome: SettleOutcome): SettlementAnswer {
  switch (outcome.kind) {
    case "ok":
      return { lease, status: "OK", reason: "" };
    case "no_room":
      return { lease, status: "RETRY", reason: "the store has no room for the result" };
    case "stale":
    case "not_found":
      return { lease, status: "STALE", reason: "" };
  }
}

/** Says what a worker is told of a settlement that the store did not answer. */
export function retryAnswer(lease: LeaseRef): SettlementAnswer {
  return { lease, status: "RETRY", reason: "" };
}

/** Settles for a caller without a session. */
export class SettleCall implements SettleCaller {
  readonly #answers: SettlementAnswer[];
  readonly #done: (answers: SettlementAnswer[], error: StoreError | null) => void;
  #missing: number;
  #failed = 0;
  #error: StoreError | null = null;

  /** @param done told the answers; and why, where the store answered none of them */
  constructor(
    count: number,
    done: (answers: SettlementAnswer[], error: StoreError | null) => void,
  ) {
    this.#answers = new Array<SettlementAnswer>(count);
    this.#missing = count;
    this.#done = done;
  }

  answered(outcome: SettleOutcome, { lease }: Settlement, place: number): void {
    this.#answers[place] = answerOf(lease, outcome);
    this.#missing -= 1;
  }

  failed(error: StoreError, { lease }: Settlement, place: number): void {
    this.#answers[place] = retryAnswer(lease);
    this.#missing -= 1;
    this.#failed += 1;
    this.#error = error;
  }

  flush(): void {
    if (this.#missing === 0) {
      this.#done(this.#answers, this.#failed === this.#answers.length ? this.#error : null);
    }
  }
}
