import type { TaskState } from "../../../server/src/domain/task-state.ts";
import type { Settlement, SettleOutcome } from "../../../server/src/store/store.ts";
import type { Moves } from "./model-moves.ts";
import type { ModelTask } from "./model-task.ts";

/** Ends a task's lease, where it is one that may be ended so. */
export function settleOne(
  task: ModelTask,
  { sessionId, lease, outcome }: Settlement,
  moves: Moves,
): SettleOutcome {
  const isHolder = task.token === lease.token && task.holder === sessionId;
  if (!isHolder || task.deliveries === 0) {
    return { kind: "stale" };
  }
  if (task.ended?.kind === outcome.kind) {
    return { kind: "ok", state: task.ended.state, isRepeat: true };
  }
  const isLate = task.ended?.kind === "reclaim" && task.state === "READY";
  if (task.state !== "LEASED" && !(isLate && outcome.kind === "complete")) {
    return { kind: "stale" };
  }
  const end = (state: TaskState): SettleOutcome => {
    task.ended = { kind: outcome.kind, state };
    return { kind: "ok", state, isRepeat: false };
  };
  if (outcome.kind === "complete") {
    task.result = outcome.result;
    moves.finish(task, "SUCCEEDED");
    return end("SUCCEEDED");
  }
  if (outcome.kind === "release") {
    moves.noteEnd(task, "RELEASED");
    task.attempt -= 1;
    if (outcome.hold !== undefined) {
      moves.hold(task, outcome.hold);
    }
    return end(moves.giveBack(task, outcome.delayMs));
  }
  if (outcome.kind === "timed_out") {
    task.session?.notices.push({ lease, cause: "timed_out", reason: "" });
  }
  task.lastFailure = outcome.failure;
  moves.noteEnd(task, outcome.kind === "fail" ? "FAILED" : "TIMED_OUT");
  if (outcome.next.kind === "die" || task.attempt >= task.spec.retryPolicy.maxAttempts) {
    moves.finish(task, "DEAD");
    return end("DEAD");
  }
  task.crashes = 0;
  return end(moves.giveBack(task, outcome.next.delayMs));
}
