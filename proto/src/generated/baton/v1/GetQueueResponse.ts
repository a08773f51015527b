// Original file: baton/v1/queue_service.proto

import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from '../../baton/v1/Queue.ts';

/**
 * Answers `GetQueue`.
 */
export interface GetQueueResponse {
  /**
   * The queue.
   */
  'queue'?: (_baton_v1_Queue | null);
}

/**
 * Answers `GetQueue`.
 */
export interface GetQueueResponse__Output {
  /**
   * The queue.
   */
  'queue': (_baton_v1_Queue__Output | null);
}
