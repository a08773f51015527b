// Original file: baton/v1/queue_service.proto


/**
 * Asks to delete a queue.
 */
export interface DeleteQueueRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
  /**
   * Whether to delete its tasks too, in whatever state: what a worker holds is
   * lost to it. Default: no.
   */
  'purge'?: (boolean);
}

/**
 * Asks to delete a queue.
 */
export interface DeleteQueueRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
  /**
   * Whether to delete its tasks too, in whatever state: what a worker holds is
   * lost to it. Default: no.
   */
  'purge': (boolean);
}
