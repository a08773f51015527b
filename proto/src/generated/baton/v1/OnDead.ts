// Original file: baton/v1/queue_service.proto

/**
 * What a dead task does to those behind it in its ordering key.
 */
export const OnDead = {
  /**
   * Nothing of its own; as a setting, the default.
   */
  ON_DEAD_UNSPECIFIED: 'ON_DEAD_UNSPECIFIED',
  /**
   * Nothing: the next one goes on.
   */
  ON_DEAD_CONTINUE: 'ON_DEAD_CONTINUE',
  /**
   * It holds them until it is redriven and over, or purged.
   */
  ON_DEAD_HOLD: 'ON_DEAD_HOLD',
} as const;

/**
 * What a dead task does to those behind it in its ordering key.
 */
export type OnDead =
  /**
   * Nothing of its own; as a setting, the default.
   */
  | 'ON_DEAD_UNSPECIFIED'
  | 0
  /**
   * Nothing: the next one goes on.
   */
  | 'ON_DEAD_CONTINUE'
  | 1
  /**
   * It holds them until it is redriven and over, or purged.
   */
  | 'ON_DEAD_HOLD'
  | 2

/**
 * What a dead task does to those behind it in its ordering key.
 */
export type OnDead__Output = typeof OnDead[keyof typeof OnDead]
