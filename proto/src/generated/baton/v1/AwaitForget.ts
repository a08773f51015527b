// Original file: baton/v1/task_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Ends an item of an await stream.
 */
export interface AwaitForget {
  /**
   * The item's number. One that is not awaited, such as after its answer, is
   * ignored.
   */
  'sequence'?: (number | string | Long);
}

/**
 * Ends an item of an await stream.
 */
export interface AwaitForget__Output {
  /**
   * The item's number. One that is not awaited, such as after its answer, is
   * ignored.
   */
  'sequence': (string);
}
