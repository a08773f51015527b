// Original file: baton/v1/task_service.proto


/**
 * Asks to follow a task.
 */
export interface WatchRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * Asks to follow a task.
 */
export interface WatchRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
