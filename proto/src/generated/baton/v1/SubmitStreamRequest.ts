// Original file: baton/v1/task_service.proto

import type { SubmitItem as _baton_v1_SubmitItem, SubmitItem__Output as _baton_v1_SubmitItem__Output } from '../../baton/v1/SubmitItem.ts';

/**
 * A message of a submit stream.
 */
export interface SubmitStreamRequest {
  /**
   * The tasks. At most 1000.
   */
  'items'?: (_baton_v1_SubmitItem)[];
}

/**
 * A message of a submit stream.
 */
export interface SubmitStreamRequest__Output {
  /**
   * The tasks. At most 1000.
   */
  'items': (_baton_v1_SubmitItem__Output)[];
}
