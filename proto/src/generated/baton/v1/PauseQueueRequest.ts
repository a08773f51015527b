// Original file: baton/v1/queue_service.proto


/**
 * Asks to pause a queue.
 */
export interface PauseQueueRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks to pause a queue.
 */
export interface PauseQueueRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
