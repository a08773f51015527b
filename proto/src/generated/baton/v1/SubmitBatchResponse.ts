// Original file: baton/v1/task_service.proto

import type { SubmitResult as _baton_v1_SubmitResult, SubmitResult__Output as _baton_v1_SubmitResult__Output } from '../../baton/v1/SubmitResult.ts';

/**
 * Answers `SubmitBatch`.
 */
export interface SubmitBatchResponse {
  /**
   * One result a task, in the order of the request.
   */
  'results'?: (_baton_v1_SubmitResult)[];
}

/**
 * Answers `SubmitBatch`.
 */
export interface SubmitBatchResponse__Output {
  /**
   * One result a task, in the order of the request.
   */
  'results': (_baton_v1_SubmitResult__Output)[];
}
