// Original file: baton/v1/queue_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * DEAD tasks of one queue that died of one type of failure.
 */
export interface DeadGroup {
  /**
   * The queue.
   */
  'queue'?: (string);
  /**
   * `Failure.type` of each one's last failure, to list them by
   * (`ListRequest.failure_type`). Empty: every type that has no group of its
   * own.
   */
  'failureType'?: (string);
  /**
   * How many they are.
   */
  'tasks'?: (number | string | Long);
}

/**
 * DEAD tasks of one queue that died of one type of failure.
 */
export interface DeadGroup__Output {
  /**
   * The queue.
   */
  'queue': (string);
  /**
   * `Failure.type` of each one's last failure, to list them by
   * (`ListRequest.failure_type`). Empty: every type that has no group of its
   * own.
   */
  'failureType': (string);
  /**
   * How many they are.
   */
  'tasks': (string);
}
