// Original file: baton/v1/queue_service.proto

import type { QueueKeySettings as _baton_v1_QueueKeySettings, QueueKeySettings__Output as _baton_v1_QueueKeySettings__Output } from '../../baton/v1/QueueKeySettings.ts';

/**
 * Asks to set what a concurrency key has of its own.
 */
export interface PutQueueKeyRequest {
  /**
   * The queue's name. Required.
   */
  'queue'?: (string);
  /**
   * The key, as `TaskSpec.concurrency_key`. Required.
   */
  'key'?: (string);
  /**
   * All that it has of its own. Absent or empty: nothing any more.
   */
  'settings'?: (_baton_v1_QueueKeySettings | null);
}

/**
 * Asks to set what a concurrency key has of its own.
 */
export interface PutQueueKeyRequest__Output {
  /**
   * The queue's name. Required.
   */
  'queue': (string);
  /**
   * The key, as `TaskSpec.concurrency_key`. Required.
   */
  'key': (string);
  /**
   * All that it has of its own. Absent or empty: nothing any more.
   */
  'settings': (_baton_v1_QueueKeySettings__Output | null);
}
