// Original file: baton/v1/queue_service.proto

import type { QueueKey as _baton_v1_QueueKey, QueueKey__Output as _baton_v1_QueueKey__Output } from '../../baton/v1/QueueKey.ts';

/**
 * Answers `ListQueueKeys`.
 */
export interface ListQueueKeysResponse {
  /**
   * The keys.
   */
  'keys'?: (_baton_v1_QueueKey)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Answers `ListQueueKeys`.
 */
export interface ListQueueKeysResponse__Output {
  /**
   * The keys.
   */
  'keys': (_baton_v1_QueueKey__Output)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
}
