// Original file: baton/v1/task_service.proto


/**
 * Asks why a task is not running.
 */
export interface ExplainRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * Asks why a task is not running.
 */
export interface ExplainRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
