import type {
  KeySettings,
  QueueSettings,
  RateLimit,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import type { QueueName, TaskType } from "../../../../server/src/domain/ids.ts";
import type { NewTask, NextStep, SettlementOutcome } from "../../../../server/src/store/store.ts";
import { newTask, retryPolicy } from "../../../support/task-factory.ts";
import { FAILURE } from "../../conformance/actions.ts";
import {
  type KeyRecipe,
  type OutcomeRecipe,
  QUEUES,
  type RateRecipe,
  RESTS_MS,
  type SettingsRecipe,
  type TaskRecipe,
  UNIT_MS,
} from "./model-commands.ts";

/** The queues of a run, by the numbers that commands have for them. */
export const QUEUE_NAMES = Array.from(
  { length: QUEUES },
  (_, index) => `queue-${index}` as QueueName,
);

/** The text of a concurrency key, by its number. */
export function keyText(key: number): string {
  return `key-${key}`;
}

/** Makes a task of a recipe, in a run that began at a time. */
export function taskOf(recipe: TaskRecipe, startMs: number): NewTask {
  const { due, key, line } = recipe;
  const task = newTask({
    queue: QUEUE_NAMES[recipe.queue] as QueueName,
    type: `type-${recipe.type}` as TaskType,
    labels: { team: `${recipe.team}` },
    priority: recipe.priority,
    payload: Buffer.alloc(recipe.payload, recipe.payload),
    requestId: recipe.request === null ? "" : `request-${recipe.request}`,
    concurrencyKey: key === null ? "" : keyText(key),
    orderingKey: line === null ? "" : `line-${line}`,
    due:
      due.kind === "now"
        ? { kind: "now" }
        : due.kind === "after"
          ? { kind: "after", delayMs: spanOrZero(due.units, "delay") }
          : { kind: "at", atMs: startMs + span(due.units, "runAt") },
    startDeadlineMs:
      recipe.startDeadline === null ? null : span(recipe.startDeadline, "startDeadline"),
    attemptTimeoutMs: span(recipe.attemptTimeout, "attemptTimeout"),
    retentionMs: spanOrZero(recipe.retention, "retention"),
    deduplicationWindowMs: spanOrZero(recipe.window, "window"),
    retryPolicy: retryPolicy({ maxAttempts: recipe.maxAttempts, maxCrashes: recipe.maxCrashes }),
  });
  return recipe.isOwed ? { ...task, isOwed: true } : task;
}

/** Makes a queue's settings of a recipe. */
export function settingsOf(recipe: SettingsRecipe): QueueSettings {
  return {
    ...DEFAULT_QUEUE_SETTINGS,
    ...recipe,
    rateLimit: rateOf(recipe.rateLimit),
    keyRateLimit: rateOf(recipe.keyRateLimit),
  };
}

/** Makes a key's settings of a recipe. */
export function keySettingsOf(recipe: KeyRecipe): KeySettings {
  return { ...recipe, rateLimit: rateOf(recipe.rateLimit) };
}

function rateOf(recipe: RateRecipe | null): RateLimit | null {
  return recipe === null
    ? null
    : { tasks: 1, periodMs: (recipe.tenths * UNIT_MS) / 10, burst: recipe.burst };
}

/** A duration of so many units, with the rest of its kind. */
export function span(units: number, kind: keyof typeof RESTS_MS): number {
  return units * UNIT_MS + RESTS_MS[kind];
}

/** The same, of no units nothing. */
export function spanOrZero(units: number, kind: keyof typeof RESTS_MS): number {
  return units === 0 ? 0 : span(units, kind);
}

/** Makes the end of a lease of a recipe. */
export function outcomeOf(recipe: OutcomeRecipe): SettlementOutcome {
  switch (recipe.kind) {
    case "complete":
      return {
        kind: "complete",
        result: { value: Buffer.from(recipe.result), contentType: recipe.result.slice(0, 4) },
      };
    case "fail":
    case "timed_out": {
      const next: NextStep =
        recipe.retryIn === null
          ? { kind: "die" }
          : { kind: "retry", delayMs: spanOrZero(recipe.retryIn, "delay") };
      return { kind: recipe.kind, failure: { ...FAILURE, type: recipe.kind }, next };
    }
    case "release":
      return {
        kind: "release",
        delayMs: spanOrZero(recipe.delay, "delay"),
        ...(recipe.hold === null
          ? {}
          : { hold: { scope: recipe.hold.scope, forMs: span(recipe.hold.units, "hold") } }),
      };
  }
}
