// Original file: baton/v1/worker_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { Hold as _baton_v1_Hold, Hold__Output as _baton_v1_Hold__Output } from '../../baton/v1/Hold.ts';

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
   * task keeps its place in the queue. A task that is given back again and
   * again must not block those behind it: from the fourth release in a row on,
   * the dispatcher makes it wait at least 100 ms, then twice as long each time,
   * up to 60 s. The count starts again when the task completes, fails or is not
   * released for 2 min. A release with a hold and a delay of 100 ms or more does
   * not count.
   */
  'delay'?: (_google_protobuf_Duration | null);
  /**
   * Keeps others from being granted for a while, too: for a worker that was
   * told to slow down by what it calls. Absent: no others.
   */
  'hold'?: (_baton_v1_Hold | null);
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
   * task keeps its place in the queue. A task that is given back again and
   * again must not block those behind it: from the fourth release in a row on,
   * the dispatcher makes it wait at least 100 ms, then twice as long each time,
   * up to 60 s. The count starts again when the task completes, fails or is not
   * released for 2 min. A release with a hold and a delay of 100 ms or more does
   * not count.
   */
  'delay': (_google_protobuf_Duration__Output | null);
  /**
   * Keeps others from being granted for a while, too: for a worker that was
   * told to slow down by what it calls. Absent: no others.
   */
  'hold': (_baton_v1_Hold__Output | null);
}
