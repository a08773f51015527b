// Original file: baton/v1/task_service.proto

import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from '../../baton/v1/TaskSpec.ts';

/**
 * Asks to store one task.
 */
export interface SubmitRequest {
  /**
   * The task. Required.
   */
  'task'?: (_baton_v1_TaskSpec | null);
}

/**
 * Asks to store one task.
 */
export interface SubmitRequest__Output {
  /**
   * The task. Required.
   */
  'task': (_baton_v1_TaskSpec__Output | null);
}
