// Original file: baton/v1/event_service.proto

import type { Subscription as _baton_v1_Subscription, Subscription__Output as _baton_v1_Subscription__Output } from '../../baton/v1/Subscription.ts';

/**
 * Asks to create or replace a subscription.
 */
export interface PutSubscriptionRequest {
  /**
   * The subscription. Required.
   */
  'subscription'?: (_baton_v1_Subscription | null);
}

/**
 * Asks to create or replace a subscription.
 */
export interface PutSubscriptionRequest__Output {
  /**
   * The subscription. Required.
   */
  'subscription': (_baton_v1_Subscription__Output | null);
}
