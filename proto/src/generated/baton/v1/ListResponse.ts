// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';

/**
 * Answers `List`.
 */
export interface ListResponse {
  /**
   * The tasks.
   */
  'tasks'?: (_baton_v1_Task)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Answers `List`.
 */
export interface ListResponse__Output {
  /**
   * The tasks.
   */
  'tasks': (_baton_v1_Task__Output)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken': (string);
}
