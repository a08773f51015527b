// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * Answers `Await`.
 */
export interface AwaitResponse {
  /**
   * The task, in a final state.
   */
  'task'?: (_baton_v1_Task | null);
}

/**
 * Answers `Await`.
 */
export interface AwaitResponse__Output {
  /**
   * The task, in a final state.
   */
  'task': (_baton_v1_Task__Output | null);
}
