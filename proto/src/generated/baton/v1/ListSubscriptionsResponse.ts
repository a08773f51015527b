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
   * The `page_token` of the next page. Empty: this page was the last.
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
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
}
