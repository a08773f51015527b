// Original file: baton/v1/worker_service.proto

import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from '../../baton/v1/Progress.ts';

/**
 * A lease that a worker holds, with what changed about it.
 */
export interface HeldLease {
  /**
   * The lease.
   */
  'lease'?: (_baton_v1_LeaseRef | null);
  /**
   * How far it has come. Absent where that did not change.
   */
  'progress'?: (_baton_v1_Progress | null);
  /**
   * What the next attempt starts from should this one fail or crash; replaces
   * the one before. At most 64 KiB. Absent where it did not change.
   */
  'checkpoint'?: (Buffer | Uint8Array | string);
  '_checkpoint'?: "checkpoint";
}

/**
 * A lease that a worker holds, with what changed about it.
 */
export interface HeldLease__Output {
  /**
   * The lease.
   */
  'lease': (_baton_v1_LeaseRef__Output | null);
  /**
   * How far it has come. Absent where that did not change.
   */
  'progress': (_baton_v1_Progress__Output | null);
  /**
   * What the next attempt starts from should this one fail or crash; replaces
   * the one before. At most 64 KiB. Absent where it did not change.
   */
  'checkpoint'?: (Buffer);
  '_checkpoint'?: "checkpoint";
}
