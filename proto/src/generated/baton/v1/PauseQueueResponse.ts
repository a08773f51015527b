// Original file: baton/v1/queue_service.proto

import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from '../../baton/v1/Queue.ts';

/**
 * Answers `PauseQueue`.
 */
export interface PauseQueueResponse {
  /**
   * The queue as it is now.
   */
  'queue'?: (_baton_v1_Queue | null);
}

/**
 * Answers `PauseQueue`.
 */
export interface PauseQueueResponse__Output {
  /**
   * The queue as it is now.
   */
  'queue': (_baton_v1_Queue__Output | null);
}
