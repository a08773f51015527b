// Original file: baton/v1/queue_service.proto

import type { QueueKeySettings as _baton_v1_QueueKeySettings, QueueKeySettings__Output as _baton_v1_QueueKeySettings__Output } from '../../baton/v1/QueueKeySettings.ts';
import type { QueueKeyBlock as _baton_v1_QueueKeyBlock, QueueKeyBlock__Output as _baton_v1_QueueKeyBlock__Output } from '../../baton/v1/QueueKeyBlock.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A concurrency key of a queue.
 */
export interface QueueKey {
  /**
   * Its text.
   */
  'key'?: (string);
  /**
   * What it has in place of the queue's settings. Absent if it has nothing.
   */
  'settings'?: (_baton_v1_QueueKeySettings | null);
  /**
   * Its tasks that are SCHEDULED or READY.
   */
  'waiting'?: (number | string | Long);
  /**
   * Its tasks that a worker holds.
   */
  'leased'?: (number | string | Long);
  /**
   * What holds its READY tasks back. QUEUE_KEY_BLOCK_UNSPECIFIED: nothing does,
   * or it has none.
   */
  'blockedBy'?: (_baton_v1_QueueKeyBlock);
  /**
   * How long it will last. Absent if only an end of a lease or an operator ends
   * it.
   */
  'remaining'?: (_google_protobuf_Duration | null);
  /**
   * How long its next READY task has been waiting since it was due. Absent if
   * it has none.
   */
  'oldestReadyAge'?: (_google_protobuf_Duration | null);
}

/**
 * A concurrency key of a queue.
 */
export interface QueueKey__Output {
  /**
   * Its text.
   */
  'key': (string);
  /**
   * What it has in place of the queue's settings. Absent if it has nothing.
   */
  'settings': (_baton_v1_QueueKeySettings__Output | null);
  /**
   * Its tasks that are SCHEDULED or READY.
   */
  'waiting': (string);
  /**
   * Its tasks that a worker holds.
   */
  'leased': (string);
  /**
   * What holds its READY tasks back. QUEUE_KEY_BLOCK_UNSPECIFIED: nothing does,
   * or it has none.
   */
  'blockedBy': (_baton_v1_QueueKeyBlock__Output);
  /**
   * How long it will last. Absent if only an end of a lease or an operator ends
   * it.
   */
  'remaining': (_google_protobuf_Duration__Output | null);
  /**
   * How long its next READY task has been waiting since it was due. Absent if
   * it has none.
   */
  'oldestReadyAge': (_google_protobuf_Duration__Output | null);
}
