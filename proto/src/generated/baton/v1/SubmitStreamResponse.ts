// Original file: baton/v1/task_service.proto

import type { SubmitItemResult as _baton_v1_SubmitItemResult, SubmitItemResult__Output as _baton_v1_SubmitItemResult__Output } from '../../baton/v1/SubmitItemResult.ts';

/**
 * Answers of a submit stream.
 */
export interface SubmitStreamResponse {
  /**
   * One result an item.
   */
  'results'?: (_baton_v1_SubmitItemResult)[];
}

/**
 * Answers of a submit stream.
 */
export interface SubmitStreamResponse__Output {
  /**
   * One result an item.
   */
  'results': (_baton_v1_SubmitItemResult__Output)[];
}
