// Original file: baton/v1/queue_service.proto

import type { RateLimit as _baton_v1_RateLimit, RateLimit__Output as _baton_v1_RateLimit__Output } from '../../baton/v1/RateLimit.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * How a queue flows.
 */
export interface QueueSettings {
  /**
   * Grants nothing and accepts submits. Default: no.
   */
  'paused'?: (boolean);
  /**
   * The most tasks that may be SCHEDULED and READY. A submit beyond it is
   * answered RESOURCE_EXHAUSTED. Default (0): no limit.
   */
  'maxBacklog'?: (number | string | Long);
  /**
   * The most tasks that may be LEASED at once. Default (0): no limit.
   */
  'concurrencyLimit'?: (number);
  /**
   * The most tasks of one concurrency key that may be LEASED at once.
   * Default (0): no limit.
   */
  'keyConcurrencyLimit'?: (number);
  /**
   * How many tasks may be granted in which time. Absent: any number.
   */
  'rateLimit'?: (_baton_v1_RateLimit | null);
}

/**
 * How a queue flows.
 */
export interface QueueSettings__Output {
  /**
   * Grants nothing and accepts submits. Default: no.
   */
  'paused': (boolean);
  /**
   * The most tasks that may be SCHEDULED and READY. A submit beyond it is
   * answered RESOURCE_EXHAUSTED. Default (0): no limit.
   */
  'maxBacklog': (string);
  /**
   * The most tasks that may be LEASED at once. Default (0): no limit.
   */
  'concurrencyLimit': (number);
  /**
   * The most tasks of one concurrency key that may be LEASED at once.
   * Default (0): no limit.
   */
  'keyConcurrencyLimit': (number);
  /**
   * How many tasks may be granted in which time. Absent: any number.
   */
  'rateLimit': (_baton_v1_RateLimit__Output | null);
}
