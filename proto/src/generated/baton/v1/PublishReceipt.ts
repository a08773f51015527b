// Original file: baton/v1/event_service.proto


/**
 * Says that an event is stored.
 */
export interface PublishReceipt {
  /**
   * The tasks that it makes, one for each subscription that matched.
   */
  'taskIds'?: (string)[];
  /**
   * Whether the event was known. Then nothing new was stored.
   */
  'deduplicated'?: (boolean);
}

/**
 * Says that an event is stored.
 */
export interface PublishReceipt__Output {
  /**
   * The tasks that it makes, one for each subscription that matched.
   */
  'taskIds': (string)[];
  /**
   * Whether the event was known. Then nothing new was stored.
   */
  'deduplicated': (boolean);
}
