// Original file: baton/v1/event_service.proto

import type { PublishReceipt as _baton_v1_PublishReceipt, PublishReceipt__Output as _baton_v1_PublishReceipt__Output } from '../../baton/v1/PublishReceipt.ts';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.ts';

/**
 * What became of one event of a batch.
 */
export interface PublishResult {
  /**
   * It is stored.
   */
  'receipt'?: (_baton_v1_PublishReceipt | null);
  /**
   * It is not stored: the codes and details of `Publish`.
   */
  'error'?: (_google_rpc_Status | null);
  /**
   * Either it is stored or it is not.
   */
  'outcome'?: "receipt"|"error";
}

/**
 * What became of one event of a batch.
 */
export interface PublishResult__Output {
  /**
   * It is stored.
   */
  'receipt'?: (_baton_v1_PublishReceipt__Output | null);
  /**
   * It is not stored: the codes and details of `Publish`.
   */
  'error'?: (_google_rpc_Status__Output | null);
  /**
   * Either it is stored or it is not.
   */
  'outcome'?: "receipt"|"error";
}
