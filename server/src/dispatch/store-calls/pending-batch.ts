import type { StoreError } from "../../store/store.ts";
import type { BatchCaller } from "./coalescer.ts";

/** What the caller of a batch is told of its items. */
export interface BatchAnswers<Item, Outcome, Answer> {
  readonly answerOf: (outcome: Outcome, item: Item) => Answer;
  readonly failureOf: (error: StoreError, item: Item) => Answer;
}

/** One caller's batch, until each of its items is answered: by however many store calls. */
export class PendingBatch<Item, Outcome, Answer> implements BatchCaller<Item, Outcome> {
  readonly #rules: BatchAnswers<Item, Outcome, Answer>;
  readonly #answers: Answer[];
  readonly #done: (answers: Answer[], error: StoreError | null) => void;
  #missing: number;
  #failed = 0;
  #error: StoreError | null = null;

  /**
   * @param answers one a place, of which so many are `missing`
   * @param done called once; told why, where the store failed for each place
   */
  constructor(
    rules: BatchAnswers<Item, Outcome, Answer>,
    answers: Answer[],
    missing: number,
    done: (answers: Answer[], error: StoreError | null) => void,
  ) {
    this.#rules = rules;
    this.#answers = answers;
    this.#missing = missing;
    this.#done = done;
  }

  answered(outcome: Outcome, item: Item, place: number): void {
    this.#answers[place] = this.#rules.answerOf(outcome, item);
    this.#missing -= 1;
  }

  failed(error: StoreError, item: Item, place: number): void {
    this.#answers[place] = this.#rules.failureOf(error, item);
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
