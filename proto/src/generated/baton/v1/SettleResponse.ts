// Original file: baton/v1/worker_service.proto

import type { SettlementResult as _baton_v1_SettlementResult, SettlementResult__Output as _baton_v1_SettlementResult__Output } from '../../baton/v1/SettlementResult.ts';

/**
 * Answers `Settle`.
 */
export interface SettleResponse {
  /**
   * One a settlement, in the order of the request.
   */
  'results'?: (_baton_v1_SettlementResult)[];
}

/**
 * Answers `Settle`.
 */
export interface SettleResponse__Output {
  /**
   * One a settlement, in the order of the request.
   */
  'results': (_baton_v1_SettlementResult__Output)[];
}
