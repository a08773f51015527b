// Original file: baton/v1/queue_service.proto

import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from '../../baton/v1/Queue.ts';

/**
 * Answers `ResumeQueue`.
 */
export interface ResumeQueueResponse {
  /**
   * The queue as it is now.
   */
  'queue'?: (_baton_v1_Queue | null);
}

/**
 * Answers `ResumeQueue`.
 */
export interface ResumeQueueResponse__Output {
  /**
   * The queue as it is now.
   */
  'queue': (_baton_v1_Queue__Output | null);
}
