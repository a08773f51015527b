// Original file: baton/v1/event_service.proto

import type { Subscription as _baton_v1_Subscription, Subscription__Output as _baton_v1_Subscription__Output } from '../../baton/v1/Subscription.ts';

/**
 * Answers `GetSubscription`.
 */
export interface GetSubscriptionResponse {
  /**
   * The subscription.
   */
  'subscription'?: (_baton_v1_Subscription | null);
}

/**
 * Answers `GetSubscription`.
 */
export interface GetSubscriptionResponse__Output {
  /**
   * The subscription.
   */
  'subscription': (_baton_v1_Subscription__Output | null);
}
