// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * One change of a followed task.
 */
export interface WatchResponse {
  /**
   * The task as it is now.
   */
  'task'?: (_baton_v1_Task | null);
}

/**
 * One change of a followed task.
 */
export interface WatchResponse__Output {
  /**
   * The task as it is now.
   */
  'task': (_baton_v1_Task__Output | null);
}
