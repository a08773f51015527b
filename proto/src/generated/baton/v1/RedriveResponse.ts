// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * Answers `Redrive`.
 */
export interface RedriveResponse {
  /**
   * The task, READY.
   */
  'task'?: (_baton_v1_Task | null);
}

/**
 * Answers `Redrive`.
 */
export interface RedriveResponse__Output {
  /**
   * The task, READY.
   */
  'task': (_baton_v1_Task__Output | null);
}
