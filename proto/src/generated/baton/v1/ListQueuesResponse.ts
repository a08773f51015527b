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
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken'?: (string);
  /**
   * The names of queues of this page that are left out, since the server that
   * has them does not answer: there they are still. By name.
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
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken': (string);
  /**
   * The names of queues of this page that are left out, since the server that
   * has them does not answer: there they are still. By name.
   */
  'unanswered': (string)[];
}
