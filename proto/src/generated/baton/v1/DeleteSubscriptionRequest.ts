// Original file: baton/v1/event_service.proto


/**
 * Asks to forget a subscription.
 */
export interface DeleteSubscriptionRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks to forget a subscription.
 */
export interface DeleteSubscriptionRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
