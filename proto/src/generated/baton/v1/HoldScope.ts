// Original file: baton/v1/worker_service.proto

/**
 * Which tasks a hold keeps from being granted.
 */
export const HoldScope = {
  /**
   * Not a scope; refused.
   */
  HOLD_SCOPE_UNSPECIFIED: 'HOLD_SCOPE_UNSPECIFIED',
  /**
   * Those of the task's concurrency key. If the task has none, none: only
   * `Release.delay` counts.
   */
  HOLD_SCOPE_KEY: 'HOLD_SCOPE_KEY',
  /**
   * Those of the task's queue.
   */
  HOLD_SCOPE_QUEUE: 'HOLD_SCOPE_QUEUE',
} as const;

/**
 * Which tasks a hold keeps from being granted.
 */
export type HoldScope =
  /**
   * Not a scope; refused.
   */
  | 'HOLD_SCOPE_UNSPECIFIED'
  | 0
  /**
   * Those of the task's concurrency key. If the task has none, none: only
   * `Release.delay` counts.
   */
  | 'HOLD_SCOPE_KEY'
  | 1
  /**
   * Those of the task's queue.
   */
  | 'HOLD_SCOPE_QUEUE'
  | 2

/**
 * Which tasks a hold keeps from being granted.
 */
export type HoldScope__Output = typeof HoldScope[keyof typeof HoldScope]
