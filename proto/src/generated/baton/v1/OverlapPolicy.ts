// Original file: baton/v1/schedule_service.proto

/**
 * What to do if tasks of the last firing are not final.
 */
export const OverlapPolicy = {
  /**
   * The default: OVERLAP_POLICY_SKIP.
   */
  OVERLAP_POLICY_UNSPECIFIED: 'OVERLAP_POLICY_UNSPECIFIED',
  /**
   * The tick is skipped. If several are, only the newest has a firing.
   */
  OVERLAP_POLICY_SKIP: 'OVERLAP_POLICY_SKIP',
  /**
   * The tick waits for them. At most 1000 ticks wait.
   */
  OVERLAP_POLICY_QUEUE: 'OVERLAP_POLICY_QUEUE',
  /**
   * They are cancelled.
   */
  OVERLAP_POLICY_REPLACE: 'OVERLAP_POLICY_REPLACE',
  /**
   * Both run.
   */
  OVERLAP_POLICY_ALLOW: 'OVERLAP_POLICY_ALLOW',
} as const;

/**
 * What to do if tasks of the last firing are not final.
 */
export type OverlapPolicy =
  /**
   * The default: OVERLAP_POLICY_SKIP.
   */
  | 'OVERLAP_POLICY_UNSPECIFIED'
  | 0
  /**
   * The tick is skipped. If several are, only the newest has a firing.
   */
  | 'OVERLAP_POLICY_SKIP'
  | 1
  /**
   * The tick waits for them. At most 1000 ticks wait.
   */
  | 'OVERLAP_POLICY_QUEUE'
  | 2
  /**
   * They are cancelled.
   */
  | 'OVERLAP_POLICY_REPLACE'
  | 3
  /**
   * Both run.
   */
  | 'OVERLAP_POLICY_ALLOW'
  | 4

/**
 * What to do if tasks of the last firing are not final.
 */
export type OverlapPolicy__Output = typeof OverlapPolicy[keyof typeof OverlapPolicy]
