// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * Answers `RunNow`.
 */
export interface RunNowResponse {
  /**
   * The task, READY.
   */
  'task'?: (_baton_v1_Task | null);
}

/**
 * Answers `RunNow`.
 */
export interface RunNowResponse__Output {
  /**
   * The task, READY.
   */
  'task': (_baton_v1_Task__Output | null);
}
