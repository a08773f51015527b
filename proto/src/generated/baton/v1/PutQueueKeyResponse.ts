// Original file: baton/v1/queue_service.proto

import type { QueueKeySettings as _baton_v1_QueueKeySettings, QueueKeySettings__Output as _baton_v1_QueueKeySettings__Output } from '../../baton/v1/QueueKeySettings.ts';

/**
 * Answers `PutQueueKey`.
 */
export interface PutQueueKeyResponse {
  /**
   * What it has now. Absent if that is nothing.
   */
  'settings'?: (_baton_v1_QueueKeySettings | null);
}

/**
 * Answers `PutQueueKey`.
 */
export interface PutQueueKeyResponse__Output {
  /**
   * What it has now. Absent if that is nothing.
   */
  'settings': (_baton_v1_QueueKeySettings__Output | null);
}
