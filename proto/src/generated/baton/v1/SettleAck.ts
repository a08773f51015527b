// Original file: baton/v1/worker_service.proto

import type { SettlementResult as _baton_v1_SettlementResult, SettlementResult__Output as _baton_v1_SettlementResult__Output } from '../../baton/v1/SettlementResult.ts';

/**
 * Answers Settle, item by item. The answers to one Settle may come in several
 * frames.
 */
export interface SettleAck {
  /**
   * One a settlement.
   */
  'results'?: (_baton_v1_SettlementResult)[];
}

/**
 * Answers Settle, item by item. The answers to one Settle may come in several
 * frames.
 */
export interface SettleAck__Output {
  /**
   * One a settlement.
   */
  'results': (_baton_v1_SettlementResult__Output)[];
}
