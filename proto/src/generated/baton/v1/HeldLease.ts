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
   * How far it has come. Absent if that did not change.
   */
  'progress'?: (_baton_v1_Progress | null);
  /**
   * What the next attempt starts from, if this one fails or crashes. It
   * replaces the last checkpoint. At most 64 KiB. Absent if it did not change.
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
   * How far it has come. Absent if that did not change.
   */
  'progress': (_baton_v1_Progress__Output | null);
  /**
   * What the next attempt starts from, if this one fails or crashes. It
   * replaces the last checkpoint. At most 64 KiB. Absent if it did not change.
   */
  'checkpoint'?: (Buffer);
  '_checkpoint'?: "checkpoint";
}
