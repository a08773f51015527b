// Original file: baton/v1/event_service.proto

import type { Subscription as _baton_v1_Subscription, Subscription__Output as _baton_v1_Subscription__Output } from '../../baton/v1/Subscription.ts';

/**
 * Answers `PutSubscription`.
 */
export interface PutSubscriptionResponse {
  /**
   * The subscription as stored.
   */
  'subscription'?: (_baton_v1_Subscription | null);
  /**
   * Whether it is new.
   */
  'created'?: (boolean);
}

/**
 * Answers `PutSubscription`.
 */
export interface PutSubscriptionResponse__Output {
  /**
   * The subscription as stored.
   */
  'subscription': (_baton_v1_Subscription__Output | null);
  /**
   * Whether it is new.
   */
  'created': (boolean);
}
