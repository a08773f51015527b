// Original file: baton/v1/queue_service.proto


/**
 * Asks for the dead tasks, counted by queue and failure type.
 */
export interface CountDeadRequest {
  /**
   * Only this queue. Default: all queues.
   */
  'queue'?: (string);
  /**
   * The most queues to look at. A page may have no groups while more follow. 1
   * to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. `queue` must be as it was then.
   * Default: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for the dead tasks, counted by queue and failure type.
 */
export interface CountDeadRequest__Output {
  /**
   * Only this queue. Default: all queues.
   */
  'queue': (string);
  /**
   * The most queues to look at. A page may have no groups while more follow. 1
   * to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. `queue` must be as it was then.
   * Default: the first page.
   */
  'pageToken': (string);
}
