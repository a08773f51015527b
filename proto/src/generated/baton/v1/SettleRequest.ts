// Original file: baton/v1/worker_service.proto

import type { Settlement as _baton_v1_Settlement, Settlement__Output as _baton_v1_Settlement__Output } from '../../baton/v1/Settlement.ts';

/**
 * Asks to settle leases.
 */
export interface SettleRequest {
  /**
   * One a lease. 1 to 1000.
   */
  'settlements'?: (_baton_v1_Settlement)[];
  /**
   * `Welcome.session_key` of the session that was granted the leases.
   * Required. Leases of another session are answered STALE.
   */
  'sessionKey'?: (string);
}

/**
 * Asks to settle leases.
 */
export interface SettleRequest__Output {
  /**
   * One a lease. 1 to 1000.
   */
  'settlements': (_baton_v1_Settlement__Output)[];
  /**
   * `Welcome.session_key` of the session that was granted the leases.
   * Required. Leases of another session are answered STALE.
   */
  'sessionKey': (string);
}
