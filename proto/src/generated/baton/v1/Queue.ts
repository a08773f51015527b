// Original file: baton/v1/queue_service.proto

import type { QueueSettings as _baton_v1_QueueSettings, QueueSettings__Output as _baton_v1_QueueSettings__Output } from '../../baton/v1/QueueSettings.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { BlockedTasks as _baton_v1_BlockedTasks, BlockedTasks__Output as _baton_v1_BlockedTasks__Output } from '../../baton/v1/BlockedTasks.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A queue.
 */
export interface Queue {
  /**
   * Its name.
   */
  'name'?: (string);
  /**
   * How it flows.
   */
  'settings'?: (_baton_v1_QueueSettings | null);
  /**
   * Tasks that are not due.
   */
  'scheduled'?: (number | string | Long);
  /**
   * Tasks that wait for a worker, `blocked` included.
   */
  'ready'?: (number | string | Long);
  /**
   * Tasks that a worker holds.
   */
  'leased'?: (number | string | Long);
  /**
   * Tasks that succeeded and are still kept.
   */
  'succeeded'?: (number | string | Long);
  /**
   * Tasks that are dead and still kept.
   */
  'dead'?: (number | string | Long);
  /**
   * Tasks that were cancelled and are still kept.
   */
  'cancelled'?: (number | string | Long);
  /**
   * Tasks that expired and are still kept.
   */
  'expired'?: (number | string | Long);
  /**
   * How long ago the oldest READY task was due. Absent if none is READY.
   */
  'oldestReadyAge'?: (_google_protobuf_Duration | null);
  /**
   * READY tasks that no worker can be granted now, because a pause, a hold, a
   * limit or an ordering key holds them back. More workers do not help: scale
   * by `ready - blocked`.
   */
  'blocked'?: (number | string | Long);
  /**
   * The same by cause; they add up to `blocked`. Absent if it is 0.
   */
  'blockedBy'?: (_baton_v1_BlockedTasks | null);
  /**
   * Concurrency keys with READY tasks of which a pause, a hold or a limit of
   * their own holds all back.
   */
  'blockedKeys'?: (number | string | Long);
}

/**
 * A queue.
 */
export interface Queue__Output {
  /**
   * Its name.
   */
  'name': (string);
  /**
   * How it flows.
   */
  'settings': (_baton_v1_QueueSettings__Output | null);
  /**
   * Tasks that are not due.
   */
  'scheduled': (string);
  /**
   * Tasks that wait for a worker, `blocked` included.
   */
  'ready': (string);
  /**
   * Tasks that a worker holds.
   */
  'leased': (string);
  /**
   * Tasks that succeeded and are still kept.
   */
  'succeeded': (string);
  /**
   * Tasks that are dead and still kept.
   */
  'dead': (string);
  /**
   * Tasks that were cancelled and are still kept.
   */
  'cancelled': (string);
  /**
   * Tasks that expired and are still kept.
   */
  'expired': (string);
  /**
   * How long ago the oldest READY task was due. Absent if none is READY.
   */
  'oldestReadyAge': (_google_protobuf_Duration__Output | null);
  /**
   * READY tasks that no worker can be granted now, because a pause, a hold, a
   * limit or an ordering key holds them back. More workers do not help: scale
   * by `ready - blocked`.
   */
  'blocked': (string);
  /**
   * The same by cause; they add up to `blocked`. Absent if it is 0.
   */
  'blockedBy': (_baton_v1_BlockedTasks__Output | null);
  /**
   * Concurrency keys with READY tasks of which a pause, a hold or a limit of
   * their own holds all back.
   */
  'blockedKeys': (string);
}
