// Original file: baton/v1/task_service.proto

import type { AwaitItem as _baton_v1_AwaitItem, AwaitItem__Output as _baton_v1_AwaitItem__Output } from '../../baton/v1/AwaitItem.ts';
import type { AwaitForget as _baton_v1_AwaitForget, AwaitForget__Output as _baton_v1_AwaitForget__Output } from '../../baton/v1/AwaitForget.ts';

/**
 * A message of an await stream.
 */
export interface AwaitStreamRequest {
  /**
   * The tasks to await. At most 1000.
   */
  'items'?: (_baton_v1_AwaitItem)[];
  /**
   * The items that need no answer any more. They are taken before `items`. At
   * most 1000. An answer that is already on its way may still come.
   */
  'forgets'?: (_baton_v1_AwaitForget)[];
}

/**
 * A message of an await stream.
 */
export interface AwaitStreamRequest__Output {
  /**
   * The tasks to await. At most 1000.
   */
  'items': (_baton_v1_AwaitItem__Output)[];
  /**
   * The items that need no answer any more. They are taken before `items`. At
   * most 1000. An answer that is already on its way may still come.
   */
  'forgets': (_baton_v1_AwaitForget__Output)[];
}
