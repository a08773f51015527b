// Original file: baton/v1/event_service.proto


/**
 * Asks for a page of subscriptions.
 */
export interface ListSubscriptionsRequest {
  /**
   * The most to return. 1 to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of subscriptions.
 */
export interface ListSubscriptionsRequest__Output {
  /**
   * The most to return. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken': (string);
}
