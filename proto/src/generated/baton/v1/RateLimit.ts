// Original file: baton/v1/queue_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * A token bucket (GCRA): in any time t, at most `burst` + t * `tasks` /
 * `period` tasks are granted.
 */
export interface RateLimit {
  /**
   * How many tasks in a period. Required. 1 to 1000000.
   */
  'tasks'?: (number);
  /**
   * The period. 100 ms to 24 h. Default: 1 s.
   */
  'period'?: (_google_protobuf_Duration | null);
  /**
   * How many may be granted at once after a pause. 1 to 1000000. Default:
   * `tasks`.
   */
  'burst'?: (number);
  '_burst'?: "burst";
}

/**
 * A token bucket (GCRA): in any time t, at most `burst` + t * `tasks` /
 * `period` tasks are granted.
 */
export interface RateLimit__Output {
  /**
   * How many tasks in a period. Required. 1 to 1000000.
   */
  'tasks': (number);
  /**
   * The period. 100 ms to 24 h. Default: 1 s.
   */
  'period': (_google_protobuf_Duration__Output | null);
  /**
   * How many may be granted at once after a pause. 1 to 1000000. Default:
   * `tasks`.
   */
  'burst'?: (number);
  '_burst'?: "burst";
}
