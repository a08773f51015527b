// Original file: baton/v1/event_service.proto


/**
 * Asks to stop or start delivering.
 */
export interface PauseSubscriptionRequest {
  /**
   * The subscription's name. Required.
   */
  'name'?: (string);
  /**
   * Whether to pause; false starts again.
   */
  'paused'?: (boolean);
}

/**
 * Asks to stop or start delivering.
 */
export interface PauseSubscriptionRequest__Output {
  /**
   * The subscription's name. Required.
   */
  'name': (string);
  /**
   * Whether to pause; false starts again.
   */
  'paused': (boolean);
}
