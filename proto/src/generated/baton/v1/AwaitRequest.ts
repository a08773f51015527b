// Original file: baton/v1/task_service.proto


/**
 * Asks to wait for a task.
 */
export interface AwaitRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * Asks to wait for a task.
 */
export interface AwaitRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
