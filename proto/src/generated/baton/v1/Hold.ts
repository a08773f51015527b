// Original file: baton/v1/worker_service.proto

import type { HoldScope as _baton_v1_HoldScope, HoldScope__Output as _baton_v1_HoldScope__Output } from '../../baton/v1/HoldScope.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * Keeps tasks from being granted for a while. Of several holds the one that
 * lasts longest counts. What runs goes on.
 */
export interface Hold {
  /**
   * Which tasks. Required.
   */
  'scope'?: (_baton_v1_HoldScope);
  /**
   * For how long. Required. 1 ms to 24 h.
   */
  'duration'?: (_google_protobuf_Duration | null);
}

/**
 * Keeps tasks from being granted for a while. Of several holds the one that
 * lasts longest counts. What runs goes on.
 */
export interface Hold__Output {
  /**
   * Which tasks. Required.
   */
  'scope': (_baton_v1_HoldScope__Output);
  /**
   * For how long. Required. 1 ms to 24 h.
   */
  'duration': (_google_protobuf_Duration__Output | null);
}
