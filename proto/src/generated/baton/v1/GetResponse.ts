// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * Answers `Get`.
 */
export interface GetResponse {
  /**
   * The task.
   */
  'task'?: (_baton_v1_Task | null);
}

/**
 * Answers `Get`.
 */
export interface GetResponse__Output {
  /**
   * The task.
   */
  'task': (_baton_v1_Task__Output | null);
}
