// Original file: baton/v1/worker_service.proto

import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from '../../baton/v1/TaskResult.ts';

/**
 * The work is done.
 */
export interface Complete {
  /**
   * What the handler returned.
   */
  'result'?: (_baton_v1_TaskResult | null);
}

/**
 * The work is done.
 */
export interface Complete__Output {
  /**
   * What the handler returned.
   */
  'result': (_baton_v1_TaskResult__Output | null);
}
