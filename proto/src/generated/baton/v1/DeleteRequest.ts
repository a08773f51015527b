// Original file: baton/v1/task_service.proto


/**
 * Asks to delete a final task.
 */
export interface DeleteRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * Asks to delete a final task.
 */
export interface DeleteRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
