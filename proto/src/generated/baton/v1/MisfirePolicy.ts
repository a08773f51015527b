// Original file: baton/v1/schedule_service.proto

/**
 * What to do about ticks that were missed.
 */
export const MisfirePolicy = {
  /**
   * The default: MISFIRE_POLICY_FIRE_ONCE.
   */
  MISFIRE_POLICY_UNSPECIFIED: 'MISFIRE_POLICY_UNSPECIFIED',
  /**
   * Fires none of them. The newest has a firing that says so.
   */
  MISFIRE_POLICY_SKIP: 'MISFIRE_POLICY_SKIP',
  /**
   * Fires the newest of them.
   */
  MISFIRE_POLICY_FIRE_ONCE: 'MISFIRE_POLICY_FIRE_ONCE',
  /**
   * Fires the newest `catch_up_limit` of them, oldest first.
   */
  MISFIRE_POLICY_CATCH_UP: 'MISFIRE_POLICY_CATCH_UP',
} as const;

/**
 * What to do about ticks that were missed.
 */
export type MisfirePolicy =
  /**
   * The default: MISFIRE_POLICY_FIRE_ONCE.
   */
  | 'MISFIRE_POLICY_UNSPECIFIED'
  | 0
  /**
   * Fires none of them. The newest has a firing that says so.
   */
  | 'MISFIRE_POLICY_SKIP'
  | 1
  /**
   * Fires the newest of them.
   */
  | 'MISFIRE_POLICY_FIRE_ONCE'
  | 2
  /**
   * Fires the newest `catch_up_limit` of them, oldest first.
   */
  | 'MISFIRE_POLICY_CATCH_UP'
  | 3

/**
 * What to do about ticks that were missed.
 */
export type MisfirePolicy__Output = typeof MisfirePolicy[keyof typeof MisfirePolicy]
