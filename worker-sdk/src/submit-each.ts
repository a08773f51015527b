import { BatonError } from "./baton-error.ts";
import type { SubmitOutcome, SubmitReceipt } from "./submit-receipt.ts";

interface UnderWay {
  readonly outcome: Promise<SubmitOutcome>;
  isDone: boolean;
}

/**
 * Submits tasks as they come, at most so many at once, and yields what became of each, in order.
 *
 * @param submit what it rejects with, but for a `BatonError`, is thrown
 */
export async function* submitEach<Task>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  submit: (task: Task) => Promise<SubmitReceipt>,
  maxUnderWay: number,
): AsyncGenerator<SubmitOutcome> {
  const underWay: UnderWay[] = [];
  for await (const task of tasks) {
    underWay.push(begin(submit(task)));
    while (underWay[0]?.isDone || underWay.length >= maxUnderWay) {
      yield (underWay.shift() as UnderWay).outcome;
    }
  }
  for (const { outcome } of underWay) {
    yield outcome;
  }
}

function begin(submitted: Promise<SubmitReceipt>): UnderWay {
  const outcome = submitted.then(
    (receipt): SubmitOutcome => ({ kind: "stored", ...receipt }),
    (error: unknown): SubmitOutcome => {
      if (error instanceof BatonError) {
        return { kind: "refused", error };
      }
      throw error;
    },
  );
  const underWay = { outcome, isDone: false };
  const done = (): void => {
    underWay.isDone = true;
  };
  outcome.then(done, done);
  return underWay;
}
