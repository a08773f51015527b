// Original file: baton/v1/schedule_service.proto


/**
 * Asks for a page of schedules.
 */
export interface ListSchedulesRequest {
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
 * Asks for a page of schedules.
 */
export interface ListSchedulesRequest__Output {
  /**
   * The most to return. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken': (string);
}
