// Original file: baton/v1/worker_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * Says that grants are held back.
 */
export interface Throttle {
  /**
   * Why, for people.
   */
  'reason'?: (string);
  /**
   * For how long, about.
   */
  'retryAfter'?: (_google_protobuf_Duration | null);
}

/**
 * Says that grants are held back.
 */
export interface Throttle__Output {
  /**
   * Why, for people.
   */
  'reason': (string);
  /**
   * For how long, about.
   */
  'retryAfter': (_google_protobuf_Duration__Output | null);
}
