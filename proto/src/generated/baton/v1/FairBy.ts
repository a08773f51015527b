// Original file: baton/v1/queue_service.proto

/**
 * What a grant costs its concurrency key.
 */
export const FairBy = {
  /**
   * Not a measure; as a setting, the default.
   */
  FAIR_BY_UNSPECIFIED: 'FAIR_BY_UNSPECIFIED',
  /**
   * One share.
   */
  FAIR_BY_GRANTS: 'FAIR_BY_GRANTS',
  /**
   * One share, and for each second that the attempt runs another.
   */
  FAIR_BY_TIME: 'FAIR_BY_TIME',
} as const;

/**
 * What a grant costs its concurrency key.
 */
export type FairBy =
  /**
   * Not a measure; as a setting, the default.
   */
  | 'FAIR_BY_UNSPECIFIED'
  | 0
  /**
   * One share.
   */
  | 'FAIR_BY_GRANTS'
  | 1
  /**
   * One share, and for each second that the attempt runs another.
   */
  | 'FAIR_BY_TIME'
  | 2

/**
 * What a grant costs its concurrency key.
 */
export type FairBy__Output = typeof FairBy[keyof typeof FairBy]
