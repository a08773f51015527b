// Original file: baton/v1/event_service.proto

import type { PublishReceipt as _baton_v1_PublishReceipt, PublishReceipt__Output as _baton_v1_PublishReceipt__Output } from '../../baton/v1/PublishReceipt.ts';

/**
 * Answers `Publish`.
 */
export interface PublishResponse {
  /**
   * What was stored.
   */
  'receipt'?: (_baton_v1_PublishReceipt | null);
}

/**
 * Answers `Publish`.
 */
export interface PublishResponse__Output {
  /**
   * What was stored.
   */
  'receipt': (_baton_v1_PublishReceipt__Output | null);
}
