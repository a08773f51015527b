import { BatonError } from "./baton-error.ts";
import type { SubmitOutcome } from "./submit-receipt.ts";

/** Starts a submit; `done` is called once. May throw instead. */
type Submit<Task> = (task: Task, done: (outcome: SubmitOutcome) => void) => void;

/**
 * Submits tasks as they come, at most so many at once, and yields what became of each, in order.
 *
 * @param submit what it throws, but for a `BatonError`, is thrown in the task's turn
 */
export async function* submitEach<Task>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  submit: Submit<Task>,
  maxUnderWay: number,
): AsyncGenerator<SubmitOutcome> {
  const line = new Line(submit, maxUnderWay);
  // Two loops, since `for await` makes promises for each item of what is not asynchronous.
  if (Symbol.asyncIterator in tasks) {
    for await (const task of tasks) {
      line.add(task);
      while (line.hasDone || line.isFull) {
        yield line.hasDone ? line.take() : await line.next();
      }
    }
  } else {
    for (const task of tasks) {
      line.add(task);
      while (line.hasDone || line.isFull) {
        yield line.hasDone ? line.take() : await line.next();
      }
    }
  }
  while (line.size > 0) {
    yield line.hasDone ? line.take() : await line.next();
  }
}

interface UnderWay {
  outcome: SubmitOutcome | null;
  failure: { readonly thrown: unknown } | null;
}

/** Submits under way, in order; no promise is made but for one that is waited for. */
class Line<Task> {
  readonly #submit: Submit<Task>;
  readonly #maxUnderWay: number;
  readonly #underWay: UnderWay[] = [];
  #wake: (() => void) | null = null;

  constructor(submit: Submit<Task>, maxUnderWay: number) {
    this.#submit = submit;
    this.#maxUnderWay = maxUnderWay;
  }

  get size(): number {
    return this.#underWay.length;
  }

  get isFull(): boolean {
    return this.#underWay.length >= this.#maxUnderWay;
  }

  /** Whether the first is done. */
  get hasDone(): boolean {
    const [first] = this.#underWay;
    return first !== undefined && (first.outcome !== null || first.failure !== null);
  }

  add(task: Task): void {
    const entry: UnderWay = { outcome: null, failure: null };
    this.#underWay.push(entry);
    try {
      this.#submit(task, (outcome) => {
        entry.outcome = outcome;
        if (this.#wake !== null && entry === this.#underWay[0]) {
          this.#wake();
        }
      });
    } catch (thrown) {
      if (thrown instanceof BatonError) {
        entry.outcome = { kind: "refused", error: thrown };
      } else {
        entry.failure = { thrown };
      }
    }
  }

  /** Takes out the first, which is done. */
  take(): SubmitOutcome {
    const { outcome, failure } = this.#underWay.shift() as UnderWay;
    if (outcome === null) {
      throw failure?.thrown;
    }
    return outcome;
  }

  /** Takes out the first once it is done. */
  async next(): Promise<SubmitOutcome> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
    return this.take();
  }
}
