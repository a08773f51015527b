// Original file: baton/v1/task_service.proto

import type { SubmitReceipt as _baton_v1_SubmitReceipt, SubmitReceipt__Output as _baton_v1_SubmitReceipt__Output } from '../../baton/v1/SubmitReceipt.ts';

/**
 * Answers `Submit`.
 */
export interface SubmitResponse {
  /**
   * What was stored.
   */
  'receipt'?: (_baton_v1_SubmitReceipt | null);
}

/**
 * Answers `Submit`.
 */
export interface SubmitResponse__Output {
  /**
   * What was stored.
   */
  'receipt': (_baton_v1_SubmitReceipt__Output | null);
}
