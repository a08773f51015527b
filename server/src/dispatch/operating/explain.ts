import { isSuspect } from "../../domain/crashes.ts";
import type { Task } from "../../domain/task.ts";
import type { Blockers } from "../../store/store.ts";
import type { Explanation, ExplanationReason } from "../contract.ts";
import type { Takers } from "../granting/subscribers.ts";
import { reasonsOfFlow } from "./explain-flow.ts";
import { quoted, words } from "./words.ts";

/** In characters. */
const MAX_MESSAGE_SHOWN = 200;

/** What there is about a task. */
export interface Circumstances {
  /** Who could run it, of the workers that are connected here. */
  readonly takers: Takers;
  /** How many live sessions take its type, wherever they are connected. */
  readonly live: number;
  /** What may hold it back; null where the store cannot say. */
  readonly blockers: Blockers | null;
  /** The time of day. */
  readonly nowMs: number;
}

/**
 * Says why a task is not running.
 *
 * @param task read with `ahead`
 */
export function explainTask(task: Task, circumstances: Circumstances): Explanation {
  const { nowMs } = circumstances;
  switch (task.state) {
    case "SCHEDULED":
      return explainScheduled(task, nowMs);
    case "READY":
      return explainReady(task, circumstances);
    case "LEASED":
      return { task, summary: leasedSummary(task, nowMs), reasons: [] };
    case "SUCCEEDED":
    case "DEAD":
    case "CANCELLED":
    case "EXPIRED":
      return { task, summary: finalSummary(task, nowMs), reasons: [] };
  }
}

function explainScheduled(task: Task, nowMs: number): Explanation {
  const remainingMs = Math.max(0, task.dueAtMs - nowMs);
  const isBackingOff = task.attempt > 0;
  const detail = isBackingOff
    ? `Attempt ${task.attempt} of ${task.spec.retryPolicy.maxAttempts} failed; the next may start in ${words(remainingMs)}.`
    : `It is due in ${words(remainingMs)}.`;
  const code = isBackingOff ? "BACKING_OFF" : "DELAYED";
  return { task, summary: detail, reasons: [{ code, detail, remainingMs }] };
}

function explainReady(task: Task, { takers, live, blockers }: Circumstances): Explanation {
  const { spec, crashes } = task;
  const reasons = blockers === null ? [] : reasonsOfFlow(spec.queue, blockers);
  const isHeldBack = reasons.length > 0;
  const noTaker = reasonOfWorkers(task, takers, live, isHeldBack);
  if (noTaker !== null) {
    reasons.push(noTaker);
  }
  const isApart = isSuspect(crashes, spec.retryPolicy.maxCrashes) && !spec.shard?.sessionId;
  if (isApart) {
    const detail = `${crashesOf(task)} It waits for a worker that can run it alone.`;
    reasons.push({ code: "SUSPECT", detail });
  } else if (blockers?.order === null || blockers === null) {
    const behind = reasonOfOthers(task, blockers);
    if (behind !== null) {
      reasons.push(behind);
    }
  }
  const summary = reasons[0]?.detail ?? "It waits for nothing: it is about to be granted.";
  return { task, summary, reasons };
}

/** Why nobody takes it, as far as workers are to blame; null where they are not. */
function reasonOfWorkers(
  { spec }: Task,
  takers: Takers,
  live: number,
  isHeldBack: boolean,
): ExplanationReason | null {
  const work = `tasks of type ${spec.type} from queue ${spec.queue}`;
  const workers = (count: number) => (count === 1 ? "1 worker" : `${count} workers`);
  // One that connected just now is perhaps not among those that the store names.
  if (takers.sessions === 0 && live === 0) {
    return { code: "NO_WORKER", detail: `No live worker takes ${work}.` };
  }
  if (takers.withCredit > 0) {
    return null;
  }
  const elsewhere = Math.max(0, live - takers.sessions);
  if (takers.sessions > 0) {
    const subject = takers.sessions === 1 ? "One worker takes" : `${takers.sessions} workers take`;
    const rest = elsewhere === 0 ? "" : `; ${workers(elsewhere)} more at other dispatchers`;
    const detail = `${subject} ${work}, but none has room for one more${rest}.`;
    return { code: "NO_CREDIT", detail };
  }
  // What they have room for is known to their dispatchers alone; but they would have taken it.
  const detail = `Only workers at other dispatchers take ${work}, ${live} in all, and none has had room for it.`;
  return isHeldBack ? null : { code: "NO_CREDIT", detail };
}

/** Who comes first; null where nobody does. */
function reasonOfOthers(
  { spec, ahead }: Task,
  blockers: Blockers | null,
): ExplanationReason | null {
  const keysAhead = blockers?.keysAhead ?? 0;
  const key = blockers?.key?.key;
  const tasks = key === undefined ? (ahead ?? 0) : (blockers?.aheadInKey ?? 0);
  if (tasks === 0 && keysAhead === 0) {
    return null;
  }
  const others = tasks === 1 ? "1 other task" : `${tasks} other tasks`;
  const where = key === undefined ? `in queue ${spec.queue}` : `of its key ${quoted(key)}`;
  const keys = keysAhead === 1 ? "1 key has its turn" : `${keysAhead} keys have their turn`;
  const first = `${others} ${where} ${tasks === 1 ? "comes" : "come"} first`;
  const parts = [...(tasks > 0 ? [first] : []), ...(keysAhead > 0 ? [`${keys} before it`] : [])];
  return {
    code: "BEHIND_OTHERS",
    detail: `${parts.join(", and ")}.`,
    ahead: tasks,
    keysAhead,
    ...(key === undefined ? {} : { key }),
  };
}

function leasedSummary(task: Task, nowMs: number): string {
  const { maxAttempts } = task.spec.retryPolicy;
  const forMs = Math.max(0, nowMs - (task.startedAtMs ?? nowMs));
  const what = `Worker ${task.workerId} has been running attempt ${task.attempt} of ${maxAttempts} for ${words(forMs)}.`;
  return task.crashes === 0 ? what : `${what} ${crashesOf(task)}`;
}

function crashesOf({ crashes, spec }: Task): string {
  const times = crashes === 1 ? "once" : `${crashes} times`;
  return `Its worker was lost ${times}; ${spec.retryPolicy.maxCrashes} times in a row would end it.`;
}

function finalSummary(task: Task, nowMs: number): string {
  const agoMs = Math.max(0, nowMs - (task.finishedAtMs ?? nowMs));
  const why = task.state === "DEAD" ? `: ${failureOf(task)}` : "";
  return `It ended as ${task.state} ${words(agoMs)} ago${why}.`;
}

/** What it died of, with the first line of the message. */
function failureOf({ lastFailure }: Task): string {
  if (lastFailure === null) {
    return "unknown";
  }
  const { type, message } = lastFailure;
  const [line = ""] = message.split("\n", 1);
  const shown =
    line.length > MAX_MESSAGE_SHOWN
      ? `${line.slice(0, MAX_MESSAGE_SHOWN).toWellFormed()}…`
      : line.replace(/\.$/, "");
  return shown === "" ? type : `${type}: ${shown}`;
}
