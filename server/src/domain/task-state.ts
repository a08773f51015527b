/** Where a task is in its life. */
export type TaskState =
  | "SCHEDULED"
  | "READY"
  | "LEASED"
  | "SUCCEEDED"
  | "DEAD"
  | "CANCELLED"
  | "EXPIRED";

/** What moves a task from one state to another. */
export type TransitionCause =
  | "promote"
  | "lease"
  | "complete"
  | "retry"
  | "die"
  | "release"
  | "reclaim"
  | "cancel"
  | "expire"
  | "redrive";

/** Every state, in the order of a task's life. */
export const TASK_STATES: readonly TaskState[] = [
  "SCHEDULED",
  "READY",
  "LEASED",
  "SUCCEEDED",
  "DEAD",
  "CANCELLED",
  "EXPIRED",
];

/**
 * The state machine: for each state, where each cause leads. What is not here does not happen:
 * the conformance suite holds every operation of every store to it.
 *
 * READY completes where the lease was reclaimed and not granted again (G4): the work was done, so it
 * is not done twice. `release` leads to SCHEDULED instead where the worker asked for a delay.
 */
export const TRANSITIONS: {
  readonly [From in TaskState]: { readonly [Cause in TransitionCause]?: TaskState };
} = {
  SCHEDULED: { promote: "READY", cancel: "CANCELLED", expire: "EXPIRED" },
  READY: { lease: "LEASED", complete: "SUCCEEDED", cancel: "CANCELLED", expire: "EXPIRED" },
  LEASED: {
    complete: "SUCCEEDED",
    retry: "SCHEDULED",
    die: "DEAD",
    release: "READY",
    reclaim: "READY",
    cancel: "CANCELLED",
  },
  SUCCEEDED: {},
  DEAD: { redrive: "READY" },
  CANCELLED: {},
  EXPIRED: {},
};

/** The states that a task does not leave by itself. */
export const FINAL_STATES: readonly TaskState[] = ["SUCCEEDED", "DEAD", "CANCELLED", "EXPIRED"];

/** Whether a task is there to be leased, now or later. */
export function isWaiting(state: TaskState): boolean {
  return state === "SCHEDULED" || state === "READY";
}

/** Whether a task stays in the state, but for a redrive by somebody. */
export function isFinal(state: TaskState): boolean {
  return FINAL_STATES.includes(state);
}
