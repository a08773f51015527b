// Original file: baton/v1/worker_service.proto

/**
 * Why a dispatcher asks a worker to move.
 */
export const DrainCause = {
  /**
   * Not a cause; never sent.
   */
  DRAIN_CAUSE_UNSPECIFIED: 'DRAIN_CAUSE_UNSPECIFIED',
  /**
   * The dispatcher shuts down.
   */
  DRAIN_CAUSE_SHUTDOWN: 'DRAIN_CAUSE_SHUTDOWN',
  /**
   * The stream is old; workers are spread anew.
   */
  DRAIN_CAUSE_REBALANCE: 'DRAIN_CAUSE_REBALANCE',
} as const;

/**
 * Why a dispatcher asks a worker to move.
 */
export type DrainCause =
  /**
   * Not a cause; never sent.
   */
  | 'DRAIN_CAUSE_UNSPECIFIED'
  | 0
  /**
   * The dispatcher shuts down.
   */
  | 'DRAIN_CAUSE_SHUTDOWN'
  | 1
  /**
   * The stream is old; workers are spread anew.
   */
  | 'DRAIN_CAUSE_REBALANCE'
  | 2

/**
 * Why a dispatcher asks a worker to move.
 */
export type DrainCause__Output = typeof DrainCause[keyof typeof DrainCause]
