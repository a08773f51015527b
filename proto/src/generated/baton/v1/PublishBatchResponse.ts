// Original file: baton/v1/event_service.proto

import type { PublishResult as _baton_v1_PublishResult, PublishResult__Output as _baton_v1_PublishResult__Output } from '../../baton/v1/PublishResult.ts';

/**
 * Answers `PublishBatch`.
 */
export interface PublishBatchResponse {
  /**
   * One result an event, in the order of the request.
   */
  'results'?: (_baton_v1_PublishResult)[];
}

/**
 * Answers `PublishBatch`.
 */
export interface PublishBatchResponse__Output {
  /**
   * One result an event, in the order of the request.
   */
  'results': (_baton_v1_PublishResult__Output)[];
}
