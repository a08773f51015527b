// Original file: baton/v1/worker_service.proto

import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from '../../baton/v1/Failure.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * The attempt failed.
 */
export interface Fail {
  /**
   * Why.
   */
  'failure'?: (_baton_v1_Failure | null);
  /**
   * Whether another attempt would be in vain: then the task is DEAD at once.
   * Default: no.
   */
  'nonRetryable'?: (boolean);
  /**
   * How long to wait before the next attempt, instead of the retry policy's
   * back-off. 0 to 24 h. Default: the policy's.
   */
  'retryAfter'?: (_google_protobuf_Duration | null);
}

/**
 * The attempt failed.
 */
export interface Fail__Output {
  /**
   * Why.
   */
  'failure': (_baton_v1_Failure__Output | null);
  /**
   * Whether another attempt would be in vain: then the task is DEAD at once.
   * Default: no.
   */
  'nonRetryable': (boolean);
  /**
   * How long to wait before the next attempt, instead of the retry policy's
   * back-off. 0 to 24 h. Default: the policy's.
   */
  'retryAfter': (_google_protobuf_Duration__Output | null);
}
