// Original file: baton/v1/queue_service.proto


/**
 * Answers `DeleteQueue`.
 */
export interface DeleteQueueResponse {
  /**
   * Whether there was such a queue.
   */
  'deleted'?: (boolean);
  /**
   * Whether it has so many tasks that some are left: call again. Default: no,
   * nothing is left.
   */
  'more'?: (boolean);
}

/**
 * Answers `DeleteQueue`.
 */
export interface DeleteQueueResponse__Output {
  /**
   * Whether there was such a queue.
   */
  'deleted': (boolean);
  /**
   * Whether it has so many tasks that some are left: call again. Default: no,
   * nothing is left.
   */
  'more': (boolean);
}
