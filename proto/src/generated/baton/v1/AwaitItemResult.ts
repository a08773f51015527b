// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What became of one item of an await stream.
 */
export interface AwaitItemResult {
  /**
   * The item's number.
   */
  'sequence'?: (number | string | Long);
  /**
   * The task, in a final state.
   */
  'task'?: (_baton_v1_Task | null);
  /**
   * Why it is not awaited any more: the codes and details of `Await`.
   */
  'error'?: (_google_rpc_Status | null);
  /**
   * Either the task is final or it cannot be awaited.
   */
  'outcome'?: "task"|"error";
}

/**
 * What became of one item of an await stream.
 */
export interface AwaitItemResult__Output {
  /**
   * The item's number.
   */
  'sequence': (string);
  /**
   * The task, in a final state.
   */
  'task'?: (_baton_v1_Task__Output | null);
  /**
   * Why it is not awaited any more: the codes and details of `Await`.
   */
  'error'?: (_google_rpc_Status__Output | null);
  /**
   * Either the task is final or it cannot be awaited.
   */
  'outcome'?: "task"|"error";
}
