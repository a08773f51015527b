// Original file: baton/v1/event_service.proto


/**
 * Answers `DeleteSubscription`.
 */
export interface DeleteSubscriptionResponse {
  /**
   * Whether there was one.
   */
  'deleted'?: (boolean);
}

/**
 * Answers `DeleteSubscription`.
 */
export interface DeleteSubscriptionResponse__Output {
  /**
   * Whether there was one.
   */
  'deleted': (boolean);
}
