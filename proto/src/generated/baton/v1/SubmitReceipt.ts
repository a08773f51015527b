// Original file: baton/v1/task_service.proto


/**
 * Says that a task is stored.
 */
export interface SubmitReceipt {
  /**
   * The task's id.
   */
  'taskId'?: (string);
  /**
   * Whether the request id was known. Then `task_id` is the first task's, and
   * no task was created.
   */
  'deduplicated'?: (boolean);
}

/**
 * Says that a task is stored.
 */
export interface SubmitReceipt__Output {
  /**
   * The task's id.
   */
  'taskId': (string);
  /**
   * Whether the request id was known. Then `task_id` is the first task's, and
   * no task was created.
   */
  'deduplicated': (boolean);
}
