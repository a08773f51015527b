// Original file: baton/v1/operation_service.proto

/**
 * Where an operation stands.
 */
export const OperationState = {
  /**
   * Never sent.
   */
  OPERATION_STATE_UNSPECIFIED: 'OPERATION_STATE_UNSPECIFIED',
  /**
   * It goes on.
   */
  OPERATION_STATE_RUNNING: 'OPERATION_STATE_RUNNING',
  /**
   * It was stopped, and its last tasks are under way.
   */
  OPERATION_STATE_STOPPING: 'OPERATION_STATE_STOPPING',
  /**
   * It came to all its tasks, or to `max_tasks`.
   */
  OPERATION_STATE_DONE: 'OPERATION_STATE_DONE',
  /**
   * It was stopped before.
   */
  OPERATION_STATE_STOPPED: 'OPERATION_STATE_STOPPED',
} as const;

/**
 * Where an operation stands.
 */
export type OperationState =
  /**
   * Never sent.
   */
  | 'OPERATION_STATE_UNSPECIFIED'
  | 0
  /**
   * It goes on.
   */
  | 'OPERATION_STATE_RUNNING'
  | 1
  /**
   * It was stopped, and its last tasks are under way.
   */
  | 'OPERATION_STATE_STOPPING'
  | 2
  /**
   * It came to all its tasks, or to `max_tasks`.
   */
  | 'OPERATION_STATE_DONE'
  | 3
  /**
   * It was stopped before.
   */
  | 'OPERATION_STATE_STOPPED'
  | 4

/**
 * Where an operation stands.
 */
export type OperationState__Output = typeof OperationState[keyof typeof OperationState]
