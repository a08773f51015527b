// Original file: baton/v1/event_service.proto


/**
 * Asks for a subscription.
 */
export interface GetSubscriptionRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks for a subscription.
 */
export interface GetSubscriptionRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
