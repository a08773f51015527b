import { LIMITS } from "@baton/proto/shared";
import { BatonError, invalidRequest } from "../values/baton-error.ts";
import { Checks } from "../values/checks.ts";
import { TASK_STATES } from "./task-info.ts";
import type { AwaitOptions, GetOptions, ListQuery } from "./task-queries.ts";

/**
 * Checks what a call was given.
 *
 * @throws BatonError that names every wrong field
 */
export function check(look: (checks: Checks) => void): void {
  const checks = new Checks();
  look(checks);
  if (checks.violations.length > 0) {
    throw invalidRequest(checks.violations);
  }
}

/** Checks a look-up of a task, which is named as `look` checks. */
export function checkGet(options: GetOptions, look: (checks: Checks) => void): void {
  check((checks) => {
    look(checks);
    const { includePayload, history } = checks.options("options", options);
    checks.boolean("includePayload", includePayload);
    checks.boolean("history", history);
  });
}

/** Checks a call about a task. */
export function checkTaskId(taskId: unknown): void {
  check((checks) => checks.taskId(taskId));
}

/** Checks a wait. */
export function checkAwait(taskId: unknown, options: AwaitOptions | undefined): void {
  check((checks) => {
    checks.taskId(taskId);
    const { timeoutMs, signal } = checks.options("options", options);
    checks.number("timeoutMs", timeoutMs, 0, Number.POSITIVE_INFINITY);
    checks.signal("signal", signal);
  });
}

/** Checks a listing. */
export function checkListQuery(given: ListQuery): void {
  check((checks) => {
    const query = checks.options("query", given);
    checks.name("queue", query.queue);
    if (query.type !== undefined) {
      checks.name("type", query.type);
    }
    if (query.states !== undefined && !Array.isArray(query.states)) {
      checks.refuse("states", "must be a list");
    } else {
      for (const [index, state] of (query.states ?? []).entries()) {
        checks.oneOf(`states[${index}]`, state ?? null, TASK_STATES);
      }
    }
    checks.strings("labels", query.labels);
    checks.epochMs("submittedFromMs", query.submittedFromMs);
    checks.epochMs("submittedBeforeMs", query.submittedBeforeMs);
    checks.integer("pageSize", query.pageSize, 1, LIMITS.maxPageSize);
    checks.boolean("includePayload", query.includePayload);
    checks.boolean("newestFirst", query.newestFirst);
    if (query.workerId !== undefined) {
      checks.name("workerId", query.workerId);
    }
    checks.text("failureType", query.failureType, LIMITS.maxFailureTypeBytes);
  });
}

/** Waits for a call that removes something; returns whether that was there. */
export async function wasThere(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof BatonError && error.code === "NOT_FOUND") {
      return false;
    }
    throw error;
  }
}
