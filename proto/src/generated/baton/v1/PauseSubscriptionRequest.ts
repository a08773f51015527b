// Original file: baton/v1/event_service.proto


/**
 * Asks to pause or resume a subscription.
 */
export interface PauseSubscriptionRequest {
  /**
   * The subscription's name. Required.
   */
  'name'?: (string);
  /**
   * True pauses, false resumes.
   */
  'paused'?: (boolean);
}

/**
 * Asks to pause or resume a subscription.
 */
export interface PauseSubscriptionRequest__Output {
  /**
   * The subscription's name. Required.
   */
  'name': (string);
  /**
   * True pauses, false resumes.
   */
  'paused': (boolean);
}
