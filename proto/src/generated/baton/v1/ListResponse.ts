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
   * The `page_token` of the next page. Empty: this page was the last.
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
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
}
