// Original file: baton/v1/queue_service.proto

import type { DeadGroup as _baton_v1_DeadGroup, DeadGroup__Output as _baton_v1_DeadGroup__Output } from '../../baton/v1/DeadGroup.ts';

/**
 * Answers `CountDead`.
 */
export interface CountDeadResponse {
  /**
   * The groups, queue by queue.
   */
  'groups'?: (_baton_v1_DeadGroup)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken'?: (string);
  /**
   * The names of queues that this page leaves out, because the store's server
   * that has them does not answer. By name.
   */
  'unanswered'?: (string)[];
}

/**
 * Answers `CountDead`.
 */
export interface CountDeadResponse__Output {
  /**
   * The groups, queue by queue.
   */
  'groups': (_baton_v1_DeadGroup__Output)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
  /**
   * The names of queues that this page leaves out, because the store's server
   * that has them does not answer. By name.
   */
  'unanswered': (string)[];
}
