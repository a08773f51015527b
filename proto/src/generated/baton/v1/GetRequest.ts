// Original file: baton/v1/task_service.proto


/**
 * Asks for one task.
 */
export interface GetRequest {
  /**
   * The task's id. Required, unless `queue` and `request_id` are set.
   */
  'taskId'?: (string);
  /**
   * Whether to return `Task.payload`. Default: no.
   */
  'includePayload'?: (boolean);
  /**
   * Whether to return `Task.history`. Default: no.
   */
  'includeHistory'?: (boolean);
  /**
   * The queue of the task that has `request_id`. Default: empty, with
   * `task_id`.
   */
  'queue'?: (string);
  /**
   * The request id of the task, in place of `task_id`. A queue that is spread
   * over partitions remembers request ids within each concurrency key or
   * ordering key: if several of its tasks have this one, the task that was
   * submitted last is returned. Default: empty, with `task_id`.
   */
  'requestId'?: (string);
}

/**
 * Asks for one task.
 */
export interface GetRequest__Output {
  /**
   * The task's id. Required, unless `queue` and `request_id` are set.
   */
  'taskId': (string);
  /**
   * Whether to return `Task.payload`. Default: no.
   */
  'includePayload': (boolean);
  /**
   * Whether to return `Task.history`. Default: no.
   */
  'includeHistory': (boolean);
  /**
   * The queue of the task that has `request_id`. Default: empty, with
   * `task_id`.
   */
  'queue': (string);
  /**
   * The request id of the task, in place of `task_id`. A queue that is spread
   * over partitions remembers request ids within each concurrency key or
   * ordering key: if several of its tasks have this one, the task that was
   * submitted last is returned. Default: empty, with `task_id`.
   */
  'requestId': (string);
}
