// Original file: baton/v1/queue_service.proto


/**
 * Asks for one queue.
 */
export interface GetQueueRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks for one queue.
 */
export interface GetQueueRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
