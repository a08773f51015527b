// Original file: baton/v1/operation_service.proto


/**
 * Asks for a page of operations.
 */
export interface ListOperationsRequest {
  /**
   * The most operations to return. 1 to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of operations.
 */
export interface ListOperationsRequest__Output {
  /**
   * The most operations to return. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. Default: the first page.
   */
  'pageToken': (string);
}
