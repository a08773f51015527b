// Original file: baton/v1/task_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Ends an item of an await stream.
 */
export interface AwaitForget {
  /**
   * The item's number. A number that is not awaited (any more) is ignored.
   */
  'sequence'?: (number | string | Long);
}

/**
 * Ends an item of an await stream.
 */
export interface AwaitForget__Output {
  /**
   * The item's number. A number that is not awaited (any more) is ignored.
   */
  'sequence': (string);
}
