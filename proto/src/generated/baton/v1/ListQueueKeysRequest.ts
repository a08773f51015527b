// Original file: baton/v1/queue_service.proto

import type { QueueKeyFilter as _baton_v1_QueueKeyFilter, QueueKeyFilter__Output as _baton_v1_QueueKeyFilter__Output } from '../../baton/v1/QueueKeyFilter.ts';

/**
 * Asks for a page of a queue's concurrency keys.
 */
export interface ListQueueKeysRequest {
  /**
   * The queue's name. Required.
   */
  'queue'?: (string);
  /**
   * Which keys. Default (QUEUE_KEY_FILTER_UNSPECIFIED): all.
   */
  'filter'?: (_baton_v1_QueueKeyFilter);
  /**
   * The most keys to return. A page may have fewer, even none, while more
   * follow. 1 to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. The other fields must be as they were
   * then. Default: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of a queue's concurrency keys.
 */
export interface ListQueueKeysRequest__Output {
  /**
   * The queue's name. Required.
   */
  'queue': (string);
  /**
   * Which keys. Default (QUEUE_KEY_FILTER_UNSPECIFIED): all.
   */
  'filter': (_baton_v1_QueueKeyFilter__Output);
  /**
   * The most keys to return. A page may have fewer, even none, while more
   * follow. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. The other fields must be as they were
   * then. Default: the first page.
   */
  'pageToken': (string);
}
