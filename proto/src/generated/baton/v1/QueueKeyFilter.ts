// Original file: baton/v1/queue_service.proto

/**
 * Which concurrency keys to list.
 */
export const QueueKeyFilter = {
  /**
   * All that have tasks that are not final, or settings of their own.
   */
  QUEUE_KEY_FILTER_UNSPECIFIED: 'QUEUE_KEY_FILTER_UNSPECIFIED',
  /**
   * Those with READY tasks that a pause, a hold or a limit of the key holds
   * back.
   */
  QUEUE_KEY_FILTER_BLOCKED: 'QUEUE_KEY_FILTER_BLOCKED',
  /**
   * Those with settings of their own.
   */
  QUEUE_KEY_FILTER_SET: 'QUEUE_KEY_FILTER_SET',
} as const;

/**
 * Which concurrency keys to list.
 */
export type QueueKeyFilter =
  /**
   * All that have tasks that are not final, or settings of their own.
   */
  | 'QUEUE_KEY_FILTER_UNSPECIFIED'
  | 0
  /**
   * Those with READY tasks that a pause, a hold or a limit of the key holds
   * back.
   */
  | 'QUEUE_KEY_FILTER_BLOCKED'
  | 1
  /**
   * Those with settings of their own.
   */
  | 'QUEUE_KEY_FILTER_SET'
  | 2

/**
 * Which concurrency keys to list.
 */
export type QueueKeyFilter__Output = typeof QueueKeyFilter[keyof typeof QueueKeyFilter]
