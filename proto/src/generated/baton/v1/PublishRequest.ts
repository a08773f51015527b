// Original file: baton/v1/event_service.proto

import type { Event as _baton_v1_Event, Event__Output as _baton_v1_Event__Output } from '../../baton/v1/Event.ts';

/**
 * Asks to store an event.
 */
export interface PublishRequest {
  /**
   * The event. Required.
   */
  'event'?: (_baton_v1_Event | null);
}

/**
 * Asks to store an event.
 */
export interface PublishRequest__Output {
  /**
   * The event. Required.
   */
  'event': (_baton_v1_Event__Output | null);
}
