// Original file: baton/v1/task_service.proto

import type { AwaitItemResult as _baton_v1_AwaitItemResult, AwaitItemResult__Output as _baton_v1_AwaitItemResult__Output } from '../../baton/v1/AwaitItemResult.ts';

/**
 * Answers of an await stream.
 */
export interface AwaitStreamResponse {
  /**
   * One result an item.
   */
  'results'?: (_baton_v1_AwaitItemResult)[];
}

/**
 * Answers of an await stream.
 */
export interface AwaitStreamResponse__Output {
  /**
   * One result an item.
   */
  'results': (_baton_v1_AwaitItemResult__Output)[];
}
