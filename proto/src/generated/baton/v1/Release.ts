// Original file: baton/v1/worker_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * The worker gives the task back.
 */
export interface Release {
  /**
   * Why, for people. At most 1024 bytes.
   */
  'reason'?: (string);
  /**
   * How long to wait before it is granted again. 0 to 24 h. Default: 0. The
   * task keeps its place, so that one that is given back again and again would
   * keep those behind it from running. So the dispatcher lets it wait at least
   * 100 ms from the fourth release in a row on, then twice as long each time,
   * up to 60 s. A task that completes, fails or is not released for 2 min
   * starts anew.
   */
  'delay'?: (_google_protobuf_Duration | null);
}

/**
 * The worker gives the task back.
 */
export interface Release__Output {
  /**
   * Why, for people. At most 1024 bytes.
   */
  'reason': (string);
  /**
   * How long to wait before it is granted again. 0 to 24 h. Default: 0. The
   * task keeps its place, so that one that is given back again and again would
   * keep those behind it from running. So the dispatcher lets it wait at least
   * 100 ms from the fourth release in a row on, then twice as long each time,
   * up to 60 s. A task that completes, fails or is not released for 2 min
   * starts anew.
   */
  'delay': (_google_protobuf_Duration__Output | null);
}
