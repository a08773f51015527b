// Original file: baton/v1/task_service.proto


/**
 * Asks to run a dead task again.
 */
export interface RedriveRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * Asks to run a dead task again.
 */
export interface RedriveRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
