import assert from "node:assert/strict";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import type { AttemptEnd, AttemptHistory, PastAttempt } from "../../../server/src/domain/task.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { only } from "../conformance/actions.ts";
import { assertNear } from "../conformance/fixture.ts";
import type { StoreModel } from "./model.ts";
import { assertSame } from "./model-compare.ts";
import type { ModelTask } from "./model-task.ts";

/** Takes note of an attempt that its task goes on from, before the task changes. */
export function noteEnd(
  task: ModelTask,
  outcome: AttemptEnd,
  { kept, nowMs }: { readonly kept: number; readonly nowMs: number },
): void {
  if (kept > 0) {
    task.past = bounded([...task.past, endOf(task, outcome, nowMs)], kept);
  }
}

/** Asserts that a store tells of a task's attempts what the model does. Returns that. */
export async function assertSamePast(
  store: Store,
  model: StoreModel,
  id: TaskId,
): Promise<AttemptHistory> {
  const expected = model.pastOf(id);
  const history = only(await store.get([id], { history: true }))?.history;
  assert.ok(expected !== null && history !== undefined);
  assertSame(history.attempts.map(timeless), expected.attempts.map(timeless));
  assert.equal(history.leftOut, expected.leftOut);
  for (const [at, { startedAtMs, endedAtMs }] of history.attempts.entries()) {
    assertNear(startedAtMs, expected.attempts[at]?.startedAtMs ?? 0, `start of ${id}, ${at}`);
    assertNear(endedAtMs, expected.attempts[at]?.endedAtMs ?? 0, `end of ${id}, ${at}`);
  }
  return history;
}

/** What the model tells of a task's attempts. */
export function pastOf(task: ModelTask, kept: number) {
  const { state, ended, deliveries, finishedAtMs } = task;
  let past = task.past;
  if (state === "SUCCEEDED" || ended?.kind === "cancel") {
    const isLate = past.at(-1)?.delivery === deliveries;
    const number = isLate ? past.at(-1)?.number : task.attempt;
    const outcome = state === "SUCCEEDED" ? "SUCCEEDED" : "CANCELLED";
    const last = { ...endOf(task, outcome, finishedAtMs ?? 0), number: number ?? 0 };
    past = [...past.slice(0, isLate ? -1 : undefined), last];
  }
  const attempts = bounded(past, kept);
  return { attempts, leftOut: deliveries - (state === "LEASED" ? 1 : 0) - attempts.length };
}

function endOf(task: ModelTask, outcome: AttemptEnd, endedAtMs: number): PastAttempt {
  const isFailure = outcome === "FAILED" || outcome === "TIMED_OUT";
  return {
    delivery: task.deliveries,
    number: task.attempt,
    outcome,
    workerId: task.workerId,
    startedAtMs: task.startedAtMs ?? 0,
    endedAtMs,
    failure: isFailure ? task.lastFailure : null,
    traceId: "",
  };
}

function bounded(past: readonly PastAttempt[], kept: number): readonly PastAttempt[] {
  return past.filter((_, at) => kept > 0 && (at === 0 || at >= past.length - kept));
}

function timeless({ startedAtMs: _, endedAtMs: __, ...attempt }: PastAttempt) {
  return attempt;
}
