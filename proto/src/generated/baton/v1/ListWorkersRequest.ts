// Original file: baton/v1/worker_admin_service.proto


/**
 * Asks for a page of workers.
 */
export interface ListWorkersRequest {
  /**
   * Only workers that take tasks of this queue. Default: of any.
   */
  'queue'?: (string);
  /**
   * Only workers that take this type, in that queue if one is given. Default:
   * any.
   */
  'type'?: (string);
  /**
   * Only workers of this name, as in `Hello.worker_id`. Default: any.
   */
  'workerId'?: (string);
  /**
   * The most workers to return. A page may have fewer, even none, while more
   * follow. 1 to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. The filters must be as they were then.
   * Default: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of workers.
 */
export interface ListWorkersRequest__Output {
  /**
   * Only workers that take tasks of this queue. Default: of any.
   */
  'queue': (string);
  /**
   * Only workers that take this type, in that queue if one is given. Default:
   * any.
   */
  'type': (string);
  /**
   * Only workers of this name, as in `Hello.worker_id`. Default: any.
   */
  'workerId': (string);
  /**
   * The most workers to return. A page may have fewer, even none, while more
   * follow. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. The filters must be as they were then.
   * Default: the first page.
   */
  'pageToken': (string);
}
