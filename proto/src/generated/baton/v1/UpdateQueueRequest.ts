// Original file: baton/v1/queue_service.proto

import type { QueueSettings as _baton_v1_QueueSettings, QueueSettings__Output as _baton_v1_QueueSettings__Output } from '../../baton/v1/QueueSettings.ts';

/**
 * Asks to set how a queue flows.
 */
export interface UpdateQueueRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
  /**
   * All its settings. Required.
   */
  'settings'?: (_baton_v1_QueueSettings | null);
}

/**
 * Asks to set how a queue flows.
 */
export interface UpdateQueueRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
  /**
   * All its settings. Required.
   */
  'settings': (_baton_v1_QueueSettings__Output | null);
}
