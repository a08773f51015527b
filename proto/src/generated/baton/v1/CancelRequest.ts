// Original file: baton/v1/task_service.proto


/**
 * Asks to cancel a task.
 */
export interface CancelRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
  /**
   * Why, for people. The running handler gets it. At most 1024 bytes.
   */
  'reason'?: (string);
}

/**
 * Asks to cancel a task.
 */
export interface CancelRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
  /**
   * Why, for people. The running handler gets it. At most 1024 bytes.
   */
  'reason': (string);
}
