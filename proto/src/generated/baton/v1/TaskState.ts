// Original file: baton/v1/task.proto

/**
 * Where a task is in its life.
 */
export const TaskState = {
  /**
   * Not a state; never sent, and refused in a request.
   */
  TASK_STATE_UNSPECIFIED: 'TASK_STATE_UNSPECIFIED',
  /**
   * Not due yet: delayed, or backing off after a failure.
   */
  TASK_STATE_SCHEDULED: 'TASK_STATE_SCHEDULED',
  /**
   * Waits for a worker.
   */
  TASK_STATE_READY: 'TASK_STATE_READY',
  /**
   * A worker holds it.
   */
  TASK_STATE_LEASED: 'TASK_STATE_LEASED',
  /**
   * Final: a handler completed it.
   */
  TASK_STATE_SUCCEEDED: 'TASK_STATE_SUCCEEDED',
  /**
   * Final, until somebody redrives it: its attempts or crashes are spent, or an
   * attempt failed with a non-retryable error. The dead letters of other
   * systems.
   */
  TASK_STATE_DEAD: 'TASK_STATE_DEAD',
  /**
   * Final: somebody cancelled it.
   */
  TASK_STATE_CANCELLED: 'TASK_STATE_CANCELLED',
  /**
   * Final: its start deadline passed before an attempt could start.
   */
  TASK_STATE_EXPIRED: 'TASK_STATE_EXPIRED',
} as const;

/**
 * Where a task is in its life.
 */
export type TaskState =
  /**
   * Not a state; never sent, and refused in a request.
   */
  | 'TASK_STATE_UNSPECIFIED'
  | 0
  /**
   * Not due yet: delayed, or backing off after a failure.
   */
  | 'TASK_STATE_SCHEDULED'
  | 1
  /**
   * Waits for a worker.
   */
  | 'TASK_STATE_READY'
  | 2
  /**
   * A worker holds it.
   */
  | 'TASK_STATE_LEASED'
  | 3
  /**
   * Final: a handler completed it.
   */
  | 'TASK_STATE_SUCCEEDED'
  | 4
  /**
   * Final, until somebody redrives it: its attempts or crashes are spent, or an
   * attempt failed with a non-retryable error. The dead letters of other
   * systems.
   */
  | 'TASK_STATE_DEAD'
  | 5
  /**
   * Final: somebody cancelled it.
   */
  | 'TASK_STATE_CANCELLED'
  | 6
  /**
   * Final: its start deadline passed before an attempt could start.
   */
  | 'TASK_STATE_EXPIRED'
  | 7

/**
 * Where a task is in its life.
 */
export type TaskState__Output = typeof TaskState[keyof typeof TaskState]
