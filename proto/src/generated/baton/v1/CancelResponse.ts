// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * Answers `Cancel`.
 */
export interface CancelResponse {
  /**
   * The task, CANCELLED.
   */
  'task'?: (_baton_v1_Task | null);
}

/**
 * Answers `Cancel`.
 */
export interface CancelResponse__Output {
  /**
   * The task, CANCELLED.
   */
  'task': (_baton_v1_Task__Output | null);
}
