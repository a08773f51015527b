// Original file: baton/v1/queue_service.proto

import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from '../../baton/v1/Queue.ts';

/**
 * Answers `UpdateQueue`.
 */
export interface UpdateQueueResponse {
  /**
   * The queue as it is now.
   */
  'queue'?: (_baton_v1_Queue | null);
}

/**
 * Answers `UpdateQueue`.
 */
export interface UpdateQueueResponse__Output {
  /**
   * The queue as it is now.
   */
  'queue': (_baton_v1_Queue__Output | null);
}
