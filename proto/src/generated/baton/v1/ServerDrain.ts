// Original file: baton/v1/worker_service.proto

import type { DrainCause as _baton_v1_DrainCause, DrainCause__Output as _baton_v1_DrainCause__Output } from '../../baton/v1/DrainCause.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * Asks the worker to move: open another stream, then half-close this one.
 */
export interface ServerDrain {
  /**
   * Why.
   */
  'cause'?: (_baton_v1_DrainCause);
  /**
   * How long the dispatcher will keep the stream.
   */
  'grace'?: (_google_protobuf_Duration | null);
}

/**
 * Asks the worker to move: open another stream, then half-close this one.
 */
export interface ServerDrain__Output {
  /**
   * Why.
   */
  'cause': (_baton_v1_DrainCause__Output);
  /**
   * How long the dispatcher will keep the stream.
   */
  'grace': (_google_protobuf_Duration__Output | null);
}
