// Original file: baton/v1/task_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A task of an await stream.
 */
export interface AwaitItem {
  /**
   * The client's number for this item; the answer carries it. Two items that
   * are awaited must not have the same.
   */
  'sequence'?: (number | string | Long);
  /**
   * The task's id. Required.
   */
  'taskId'?: (string);
}

/**
 * A task of an await stream.
 */
export interface AwaitItem__Output {
  /**
   * The client's number for this item; the answer carries it. Two items that
   * are awaited must not have the same.
   */
  'sequence': (string);
  /**
   * The task's id. Required.
   */
  'taskId': (string);
}
