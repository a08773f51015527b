// Original file: baton/v1/worker_service.proto

import type { Settlement as _baton_v1_Settlement, Settlement__Output as _baton_v1_Settlement__Output } from '../../baton/v1/Settlement.ts';

/**
 * Ends leases. The worker keeps each settlement until it is answered, and sends
 * it again after a reconnect.
 */
export interface Settle {
  /**
   * One a lease. 1 to 1000.
   */
  'settlements'?: (_baton_v1_Settlement)[];
}

/**
 * Ends leases. The worker keeps each settlement until it is answered, and sends
 * it again after a reconnect.
 */
export interface Settle__Output {
  /**
   * One a lease. 1 to 1000.
   */
  'settlements': (_baton_v1_Settlement__Output)[];
}
