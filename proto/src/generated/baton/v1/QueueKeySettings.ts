// Original file: baton/v1/queue_service.proto

import type { RateLimit as _baton_v1_RateLimit, RateLimit__Output as _baton_v1_RateLimit__Output } from '../../baton/v1/RateLimit.ts';

/**
 * What one concurrency key has in place of its queue's settings.
 */
export interface QueueKeySettings {
  /**
   * Its share. 1 to 100. Absent: `QueueSettings.key_weight`.
   */
  'weight'?: (number);
  /**
   * The most of its tasks that may be LEASED at once. 1 to 1000000. Absent:
   * `QueueSettings.key_concurrency_limit`.
   */
  'concurrencyLimit'?: (number);
  /**
   * How many of its tasks may be granted in which time. Absent:
   * `QueueSettings.key_rate_limit`.
   */
  'rateLimit'?: (_baton_v1_RateLimit | null);
  /**
   * Whether nothing of it is granted. Its submits are accepted. Default: no.
   */
  'paused'?: (boolean);
  '_weight'?: "weight";
  '_concurrencyLimit'?: "concurrencyLimit";
}

/**
 * What one concurrency key has in place of its queue's settings.
 */
export interface QueueKeySettings__Output {
  /**
   * Its share. 1 to 100. Absent: `QueueSettings.key_weight`.
   */
  'weight'?: (number);
  /**
   * The most of its tasks that may be LEASED at once. 1 to 1000000. Absent:
   * `QueueSettings.key_concurrency_limit`.
   */
  'concurrencyLimit'?: (number);
  /**
   * How many of its tasks may be granted in which time. Absent:
   * `QueueSettings.key_rate_limit`.
   */
  'rateLimit': (_baton_v1_RateLimit__Output | null);
  /**
   * Whether nothing of it is granted. Its submits are accepted. Default: no.
   */
  'paused': (boolean);
  '_weight'?: "weight";
  '_concurrencyLimit'?: "concurrencyLimit";
}
