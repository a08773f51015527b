// Original file: baton/v1/worker_service.proto

import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';
import type { SettlementStatus as _baton_v1_SettlementStatus, SettlementStatus__Output as _baton_v1_SettlementStatus__Output } from '../../baton/v1/SettlementStatus.ts';

/**
 * What became of one settlement.
 */
export interface SettlementResult {
  /**
   * The lease.
   */
  'lease'?: (_baton_v1_LeaseRef | null);
  /**
   * What became of it.
   */
  'status'?: (_baton_v1_SettlementStatus);
  /**
   * Why, in words, if the status is REJECTED.
   */
  'reason'?: (string);
}

/**
 * What became of one settlement.
 */
export interface SettlementResult__Output {
  /**
   * The lease.
   */
  'lease': (_baton_v1_LeaseRef__Output | null);
  /**
   * What became of it.
   */
  'status': (_baton_v1_SettlementStatus__Output);
  /**
   * Why, in words, if the status is REJECTED.
   */
  'reason': (string);
}
