// Original file: baton/v1/worker_admin_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * A task that a worker has a lease of.
 */
export interface RunningTask {
  /**
   * The task.
   */
  'taskId'?: (string);
  /**
   * Its queue.
   */
  'queue'?: (string);
  /**
   * Its type.
   */
  'type'?: (string);
  /**
   * Which attempt it is, from 1.
   */
  'attempt'?: (number);
  /**
   * When the lease was granted.
   */
  'startTime'?: (_google_protobuf_Timestamp | null);
}

/**
 * A task that a worker has a lease of.
 */
export interface RunningTask__Output {
  /**
   * The task.
   */
  'taskId': (string);
  /**
   * Its queue.
   */
  'queue': (string);
  /**
   * Its type.
   */
  'type': (string);
  /**
   * Which attempt it is, from 1.
   */
  'attempt': (number);
  /**
   * When the lease was granted.
   */
  'startTime': (_google_protobuf_Timestamp__Output | null);
}
