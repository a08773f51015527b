// Original file: baton/v1/worker_service.proto

import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';

/**
 * Tells the worker to stop running a task. Its settlement will be STALE.
 */
export interface Cancel {
  /**
   * The lease.
   */
  'lease'?: (_baton_v1_LeaseRef | null);
  /**
   * Why, in the canceller's words.
   */
  'reason'?: (string);
}

/**
 * Tells the worker to stop running a task. Its settlement will be STALE.
 */
export interface Cancel__Output {
  /**
   * The lease.
   */
  'lease': (_baton_v1_LeaseRef__Output | null);
  /**
   * Why, in the canceller's words.
   */
  'reason': (string);
}
