// Original file: baton/v1/queue_service.proto

/**
 * What holds the READY tasks of a concurrency key back.
 */
export const QueueKeyBlock = {
  /**
   * Nothing.
   */
  QUEUE_KEY_BLOCK_UNSPECIFIED: 'QUEUE_KEY_BLOCK_UNSPECIFIED',
  /**
   * The key is paused.
   */
  QUEUE_KEY_BLOCK_PAUSED: 'QUEUE_KEY_BLOCK_PAUSED',
  /**
   * A worker holds it (`Release.hold`).
   */
  QUEUE_KEY_BLOCK_HELD: 'QUEUE_KEY_BLOCK_HELD',
  /**
   * It is at its concurrency limit.
   */
  QUEUE_KEY_BLOCK_CONCURRENCY: 'QUEUE_KEY_BLOCK_CONCURRENCY',
  /**
   * It is at its rate limit.
   */
  QUEUE_KEY_BLOCK_RATE: 'QUEUE_KEY_BLOCK_RATE',
} as const;

/**
 * What holds the READY tasks of a concurrency key back.
 */
export type QueueKeyBlock =
  /**
   * Nothing.
   */
  | 'QUEUE_KEY_BLOCK_UNSPECIFIED'
  | 0
  /**
   * The key is paused.
   */
  | 'QUEUE_KEY_BLOCK_PAUSED'
  | 1
  /**
   * A worker holds it (`Release.hold`).
   */
  | 'QUEUE_KEY_BLOCK_HELD'
  | 2
  /**
   * It is at its concurrency limit.
   */
  | 'QUEUE_KEY_BLOCK_CONCURRENCY'
  | 3
  /**
   * It is at its rate limit.
   */
  | 'QUEUE_KEY_BLOCK_RATE'
  | 4

/**
 * What holds the READY tasks of a concurrency key back.
 */
export type QueueKeyBlock__Output = typeof QueueKeyBlock[keyof typeof QueueKeyBlock]
