// Original file: baton/v1/event_service.proto

import type { Subscription as _baton_v1_Subscription, Subscription__Output as _baton_v1_Subscription__Output } from '../../baton/v1/Subscription.ts';

/**
 * Answers `PauseSubscription`.
 */
export interface PauseSubscriptionResponse {
  /**
   * The subscription as it is now.
   */
  'subscription'?: (_baton_v1_Subscription | null);
}

/**
 * Answers `PauseSubscription`.
 */
export interface PauseSubscriptionResponse__Output {
  /**
   * The subscription as it is now.
   */
  'subscription': (_baton_v1_Subscription__Output | null);
}
