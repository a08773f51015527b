// Original file: baton/v1/worker_service.proto

import type { HeldLease as _baton_v1_HeldLease, HeldLease__Output as _baton_v1_HeldLease__Output } from '../../baton/v1/HeldLease.ts';

/**
 * Says that the worker lives, and what it holds.
 */
export interface Heartbeat {
  /**
   * The leases it holds, every one of them. At most 1000.
   */
  'leases'?: (_baton_v1_HeldLease)[];
  /**
   * The worker's number for this heartbeat; the answer carries it. It means
   * nothing to the dispatcher.
   */
  'sequence'?: (number);
}

/**
 * Says that the worker lives, and what it holds.
 */
export interface Heartbeat__Output {
  /**
   * The leases it holds, every one of them. At most 1000.
   */
  'leases': (_baton_v1_HeldLease__Output)[];
  /**
   * The worker's number for this heartbeat; the answer carries it. It means
   * nothing to the dispatcher.
   */
  'sequence': (number);
}
