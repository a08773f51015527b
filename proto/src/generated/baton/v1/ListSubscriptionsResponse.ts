// Original file: baton/v1/event_service.proto

import type { Subscription as _baton_v1_Subscription, Subscription__Output as _baton_v1_Subscription__Output } from '../../baton/v1/Subscription.ts';

/**
 * Answers `ListSubscriptions`.
 */
export interface ListSubscriptionsResponse {
  /**
   * The subscriptions.
   */
  'subscriptions'?: (_baton_v1_Subscription)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Answers `ListSubscriptions`.
 */
export interface ListSubscriptionsResponse__Output {
  /**
   * The subscriptions.
   */
  'subscriptions': (_baton_v1_Subscription__Output)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken': (string);
}
