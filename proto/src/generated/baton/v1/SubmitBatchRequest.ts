// Original file: baton/v1/task_service.proto

import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from '../../baton/v1/TaskSpec.ts';

/**
 * Asks to store several tasks.
 */
export interface SubmitBatchRequest {
  /**
   * The tasks. 1 to 1000.
   */
  'tasks'?: (_baton_v1_TaskSpec)[];
}

/**
 * Asks to store several tasks.
 */
export interface SubmitBatchRequest__Output {
  /**
   * The tasks. 1 to 1000.
   */
  'tasks': (_baton_v1_TaskSpec__Output)[];
}
