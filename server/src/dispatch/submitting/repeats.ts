import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";
import { differencesOf } from "../../domain/specs/spec-differences.ts";
import type { Task } from "../../domain/task.ts";
import type { Store } from "../../store/store.ts";
import type { NewTask, SubmitAnswer, SubmitOutcome } from "../contract.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import { Coalescer } from "../store-calls/coalescer.ts";
import { type BatchAnswers, PendingBatch } from "../store-calls/pending-batch.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";
import { type SubmitDone, TASK_OVERHEAD_BYTES } from "./submitter.ts";

/** A submit whose request id is known. */
interface Repeat {
  readonly task: NewTask;
  readonly outcome: SubmitOutcome;
}

/** What {@link Repeats} needs. */
export interface RepeatsOptions {
  readonly store: Pick<Store, "get">;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
}

/**
 * Compares submits whose request id is known with the tasks that have it. The store tells another type or
 * payload by itself; what else was asked for is read back, so that only who repeats pays for it.
 */
export class Repeats {
  readonly #answers: BatchAnswers<Repeat, Task | null, SubmitOutcome | TaskError>;
  readonly #lanes: Coalescer<Repeat, Task | null>;

  constructor({ store, log, settings }: RepeatsOptions) {
    this.#answers = {
      answerOf: comparedTo,
      failureOf: (error) => taskErrorOf(error, settings.retryAfterMs),
    };
    this.#lanes = new Coalescer({
      call: (_queue, batch) => store.get(batch.map(({ task, outcome }) => outcome.id ?? task.id)),
      bytesOf: bytesToRead,
      log,
      settings,
    });
  }

  /** Passes on what became of a submit, each repeat with the fields in which it differs. */
  compare(batch: readonly NewTask[], answer: SubmitAnswer, done: SubmitDone): void {
    if (answer instanceof TaskError || !answer.some(isRepeat)) {
      done(answer);
      return;
    }
    const repeats = answer.filter(isRepeat).length;
    const comparison = new PendingBatch(this.#answers, [...answer], repeats, done);
    for (const [place, outcome] of answer.entries()) {
      if (isRepeat(outcome)) {
        const task = batch[place] as NewTask;
        this.#lanes.add(task.spec.queue, { task, outcome }, comparison, place);
      }
    }
  }

  /** Resolves once every repeat is answered. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }
}

function comparedTo(known: Task | null, { task, outcome }: Repeat): SubmitOutcome | TaskError {
  if (known === null) {
    return outcome.kind === "known"
      ? outcome
      : new TaskError("OUTCOME_UNKNOWN", "the request id was just forgotten; repeat the call");
  }
  if (known.spec.undecodable) {
    return outcome;
  }
  const differing = differencesOf(task.spec, known.spec);
  const named = outcome.id === undefined ? {} : { id: outcome.id };
  return differing.length === 0
    ? { kind: "known", ...named }
    : { kind: "reused", differing, ...named };
}

function isRepeat(outcome: SubmitOutcome | TaskError): outcome is SubmitOutcome {
  return !(outcome instanceof TaskError) && (outcome.kind === "known" || outcome.kind === "reused");
}

function bytesToRead({ task, outcome }: Repeat): number {
  // Of another payload all that is known is how large it may be.
  const payloadBytes = outcome.kind === "known" ? task.spec.payload.length : LIMITS.maxPayloadBytes;
  return payloadBytes + TASK_OVERHEAD_BYTES;
}
