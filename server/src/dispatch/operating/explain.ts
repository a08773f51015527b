import { isSuspect } from "../../domain/crashes.ts";
import type { Task } from "../../domain/task.ts";
import type { Explanation, ExplanationReason } from "../contract.ts";
import type { Takers } from "../granting/subscribers.ts";

/** In characters. */
const MAX_MESSAGE_SHOWN = 200;

/**
 * Says why a task is not running.
 *
 * @param task read with `ahead`
 * @param takers who could run it, of the workers that are connected here
 * @param nowMs the time of day
 */
export function explainTask(task: Task, takers: Takers, nowMs: number): Explanation {
  switch (task.state) {
    case "SCHEDULED":
      return explainScheduled(task, nowMs);
    case "READY":
      return explainReady(task, takers);
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
  return { task, summary: detail, reasons: [{ code, detail, remainingMs, ahead: null }] };
}

function explainReady(task: Task, takers: Takers): Explanation {
  const reasons: ExplanationReason[] = [];
  const work = `tasks of type ${task.spec.type} from queue ${task.spec.queue}`;
  if (takers.sessions === 0) {
    reasons.push(reason("NO_WORKER", `No worker connected to this dispatcher takes ${work}.`));
  } else if (takers.withCredit === 0) {
    const subject = takers.sessions === 1 ? "One worker takes" : `${takers.sessions} workers take`;
    reasons.push(reason("NO_CREDIT", `${subject} ${work}, but none has room for one more.`));
  }
  const { spec, crashes } = task;
  const isApart = isSuspect(crashes, spec.retryPolicy.maxCrashes) && !spec.shard?.sessionId;
  if (isApart) {
    const detail = `${crashesOf(task)} It waits for a worker that can run it alone.`;
    reasons.push(reason("SUSPECT", detail));
  }
  const ahead = task.ahead ?? 0;
  if (ahead > 0 && !isApart) {
    const subject = ahead === 1 ? "1 other task comes" : `${ahead} other tasks come`;
    const detail = `${subject} first in queue ${task.spec.queue}.`;
    reasons.push({ code: "BEHIND_OTHERS", detail, remainingMs: null, ahead });
  }
  const summary = reasons[0]?.detail ?? "It waits for nothing: it is about to be granted.";
  return { task, summary, reasons };
}

function reason(code: ExplanationReason["code"], detail: string): ExplanationReason {
  return { code, detail, remainingMs: null, ahead: null };
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

function words(ms: number): string {
  if (ms < 1_000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
