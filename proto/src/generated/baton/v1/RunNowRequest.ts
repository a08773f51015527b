// Original file: baton/v1/task_service.proto


/**
 * Asks to run a scheduled task now.
 */
export interface RunNowRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * Asks to run a scheduled task now.
 */
export interface RunNowRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
