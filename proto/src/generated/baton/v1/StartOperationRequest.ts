// Original file: baton/v1/operation_service.proto

import type { OperationKind as _baton_v1_OperationKind, OperationKind__Output as _baton_v1_OperationKind__Output } from '../../baton/v1/OperationKind.ts';
import type { TaskFilter as _baton_v1_TaskFilter, TaskFilter__Output as _baton_v1_TaskFilter__Output } from '../../baton/v1/TaskFilter.ts';

/**
 * Asks for an operation.
 */
export interface StartOperationRequest {
  /**
   * Makes a repeat safe. At most 128 bytes. Default: none.
   */
  'requestId'?: (string);
  /**
   * What is done. Required.
   */
  'kind'?: (_baton_v1_OperationKind);
  /**
   * Which tasks. Either this or `task_ids` is required.
   */
  'filter'?: (_baton_v1_TaskFilter | null);
  /**
   * The tasks by their ids, of any queue. 1 to 1000, none twice.
   */
  'taskIds'?: (string)[];
  /**
   * Whether only to say what would be done.
   */
  'dryRun'?: (boolean);
  /**
   * The operation ends when it has come to so many tasks. 1 to 1000000.
   * Default (0): 10000.
   */
  'maxTasks'?: (number);
  /**
   * How many tasks it moves in a second, about. 1 to 2000. Default (0): 500.
   */
  'tasksPerSecond'?: (number);
  /**
   * Why, for people; handlers of tasks that are cancelled get it. At most 1024
   * bytes.
   */
  'reason'?: (string);
}

/**
 * Asks for an operation.
 */
export interface StartOperationRequest__Output {
  /**
   * Makes a repeat safe. At most 128 bytes. Default: none.
   */
  'requestId': (string);
  /**
   * What is done. Required.
   */
  'kind': (_baton_v1_OperationKind__Output);
  /**
   * Which tasks. Either this or `task_ids` is required.
   */
  'filter': (_baton_v1_TaskFilter__Output | null);
  /**
   * The tasks by their ids, of any queue. 1 to 1000, none twice.
   */
  'taskIds': (string)[];
  /**
   * Whether only to say what would be done.
   */
  'dryRun': (boolean);
  /**
   * The operation ends when it has come to so many tasks. 1 to 1000000.
   * Default (0): 10000.
   */
  'maxTasks': (number);
  /**
   * How many tasks it moves in a second, about. 1 to 2000. Default (0): 500.
   */
  'tasksPerSecond': (number);
  /**
   * Why, for people; handlers of tasks that are cancelled get it. At most 1024
   * bytes.
   */
  'reason': (string);
}
