// Original file: baton/v1/queue_service.proto


/**
 * Asks to end the pause of a queue.
 */
export interface ResumeQueueRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks to end the pause of a queue.
 */
export interface ResumeQueueRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
