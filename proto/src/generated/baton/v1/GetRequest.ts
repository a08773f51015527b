// Original file: baton/v1/task_service.proto


/**
 * Asks for one task.
 */
export interface GetRequest {
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
  /**
   * Whether to return `Task.payload`. Default: no.
   */
  'includePayload'?: (boolean);
}

/**
 * Asks for one task.
 */
export interface GetRequest__Output {
  /**
   * The task's id. Required.
   */
  'taskId': (string);
  /**
   * Whether to return `Task.payload`. Default: no.
   */
  'includePayload': (boolean);
}
