// Original file: baton/v1/queue_service.proto

import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from '../../baton/v1/Queue.ts';

/**
 * Answers `ListQueues`.
 */
export interface ListQueuesResponse {
  /**
   * The queues.
   */
  'queues'?: (_baton_v1_Queue)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken'?: (string);
  /**
   * The names of queues that this page leaves out, because the store's server
   * that has them does not answer. They still exist. By name.
   */
  'unanswered'?: (string)[];
}

/**
 * Answers `ListQueues`.
 */
export interface ListQueuesResponse__Output {
  /**
   * The queues.
   */
  'queues': (_baton_v1_Queue__Output)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
  /**
   * The names of queues that this page leaves out, because the store's server
   * that has them does not answer. They still exist. By name.
   */
  'unanswered': (string)[];
}
