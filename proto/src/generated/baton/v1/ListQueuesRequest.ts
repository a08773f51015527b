// Original file: baton/v1/queue_service.proto


/**
 * Asks for a page of queues.
 */
export interface ListQueuesRequest {
  /**
   * The most queues to return. 1 to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of queues.
 */
export interface ListQueuesRequest__Output {
  /**
   * The most queues to return. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken': (string);
}
