// Original file: baton/v1/worker_service.proto

/**
 * What became of a settlement.
 */
export const SettlementStatus = {
  /**
   * Not a status; never sent.
   */
  SETTLEMENT_STATUS_UNSPECIFIED: 'SETTLEMENT_STATUS_UNSPECIFIED',
  /**
   * It holds. A repeat gets the same answer.
   */
  SETTLEMENT_STATUS_OK: 'SETTLEMENT_STATUS_OK',
  /**
   * The lease is over, or was never the session's. Drop the result.
   */
  SETTLEMENT_STATUS_STALE: 'SETTLEMENT_STATUS_STALE',
  /**
   * The store could not be asked, or is full and has no room for a result of
   * this size. Send the same again.
   */
  SETTLEMENT_STATUS_RETRY: 'SETTLEMENT_STATUS_RETRY',
  /**
   * The settlement itself is wrong, such as a result that is too large. The
   * lease is still held; settle it with something else.
   */
  SETTLEMENT_STATUS_REJECTED: 'SETTLEMENT_STATUS_REJECTED',
} as const;

/**
 * What became of a settlement.
 */
export type SettlementStatus =
  /**
   * Not a status; never sent.
   */
  | 'SETTLEMENT_STATUS_UNSPECIFIED'
  | 0
  /**
   * It holds. A repeat gets the same answer.
   */
  | 'SETTLEMENT_STATUS_OK'
  | 1
  /**
   * The lease is over, or was never the session's. Drop the result.
   */
  | 'SETTLEMENT_STATUS_STALE'
  | 2
  /**
   * The store could not be asked, or is full and has no room for a result of
   * this size. Send the same again.
   */
  | 'SETTLEMENT_STATUS_RETRY'
  | 3
  /**
   * The settlement itself is wrong, such as a result that is too large. The
   * lease is still held; settle it with something else.
   */
  | 'SETTLEMENT_STATUS_REJECTED'
  | 4

/**
 * What became of a settlement.
 */
export type SettlementStatus__Output = typeof SettlementStatus[keyof typeof SettlementStatus]
