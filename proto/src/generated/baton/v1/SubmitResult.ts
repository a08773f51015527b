// Original file: baton/v1/task_service.proto

import type { SubmitReceipt as _baton_v1_SubmitReceipt, SubmitReceipt__Output as _baton_v1_SubmitReceipt__Output } from '../../baton/v1/SubmitReceipt.ts';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.ts';

/**
 * What became of one task of a batch.
 */
export interface SubmitResult {
  /**
   * It is stored.
   */
  'receipt'?: (_baton_v1_SubmitReceipt | null);
  /**
   * It is not stored: the codes and details of `Submit`.
   */
  'error'?: (_google_rpc_Status | null);
  /**
   * Either it is stored or it is not.
   */
  'outcome'?: "receipt"|"error";
}

/**
 * What became of one task of a batch.
 */
export interface SubmitResult__Output {
  /**
   * It is stored.
   */
  'receipt'?: (_baton_v1_SubmitReceipt__Output | null);
  /**
   * It is not stored: the codes and details of `Submit`.
   */
  'error'?: (_google_rpc_Status__Output | null);
  /**
   * Either it is stored or it is not.
   */
  'outcome'?: "receipt"|"error";
}
