// Original file: baton/v1/event_service.proto

import type { Event as _baton_v1_Event, Event__Output as _baton_v1_Event__Output } from '../../baton/v1/Event.ts';

/**
 * Asks to store several events.
 */
export interface PublishBatchRequest {
  /**
   * The events. 1 to 1000.
   */
  'events'?: (_baton_v1_Event)[];
}

/**
 * Asks to store several events.
 */
export interface PublishBatchRequest__Output {
  /**
   * The events. 1 to 1000.
   */
  'events': (_baton_v1_Event__Output)[];
}
