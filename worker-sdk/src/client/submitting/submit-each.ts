import { BatonError } from "../../values/baton-error.ts";
import type { SubmitOutcome } from "./submit-receipt.ts";

/** Starts a submit; `done` is called once. May throw instead. */
type Submit<Task> = (task: Task, done: (outcome: SubmitOutcome) => void) => void;

/**
 * Submits tasks as they come, at most so many at once, and yields what became of each, in order and as soon
 * as it is known.
 *
 * @param submit what it throws, but for a `BatonError`, is thrown in the task's turn
 */
export async function* submitEach<Task>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  submit: Submit<Task>,
  maxUnderWay: number,
): AsyncGenerator<SubmitOutcome> {
  const line = new Line(submit, maxUnderWay);
  // Two loops, since the first makes promises for each item.
  if (Symbol.asyncIterator in tasks) {
    yield* submitStream(tasks[Symbol.asyncIterator](), line);
    return;
  }
  for (const task of tasks) {
    line.add(task);
    while (line.hasDone || line.isFull) {
      if (!line.hasDone) {
        await line.firstDone();
      }
      yield line.take();
    }
  }
  while (line.size > 0) {
    await line.firstDone();
    yield line.take();
  }
}

/** Waits for the next task and for the first outcome at once: the source may wait for that outcome itself. */
async function* submitStream<Task>(
  source: AsyncIterator<Task>,
  line: Line<Task>,
): AsyncGenerator<SubmitOutcome> {
  let coming: Promise<IteratorResult<Task>> | null = null;
  let isOver = false;
  try {
    for (;;) {
      if (line.hasDone) {
        yield line.take();
        continue;
      }
      if (coming === null && !isOver && !line.isFull) {
        coming = source.next();
        coming.catch(() => {
          isOver = true;
        });
      }
      if (coming === null && line.size === 0) {
        return;
      }
      const waits = [coming, line.size === 0 ? null : line.firstDone()];
      const came = await Promise.race(waits.filter((wait) => wait !== null));
      if (came === undefined) {
        continue;
      }
      coming = null;
      if (came.done) {
        isOver = true;
      } else {
        line.add(came.value);
      }
    }
  } finally {
    const left = isOver ? undefined : source.return?.();
    if (coming === null) {
      await left;
    } else {
      // A generator is left only after what it waits for, which may never come.
      left?.catch(() => {});
    }
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

  /** Resolves once the first is done. For one caller at a time. */
  async firstDone(): Promise<undefined> {
    if (!this.hasDone) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}
