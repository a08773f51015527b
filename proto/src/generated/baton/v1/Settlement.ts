// Original file: baton/v1/worker_service.proto

import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';
import type { Complete as _baton_v1_Complete, Complete__Output as _baton_v1_Complete__Output } from '../../baton/v1/Complete.ts';
import type { Fail as _baton_v1_Fail, Fail__Output as _baton_v1_Fail__Output } from '../../baton/v1/Fail.ts';
import type { Release as _baton_v1_Release, Release__Output as _baton_v1_Release__Output } from '../../baton/v1/Release.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from '../../baton/v1/Progress.ts';

/**
 * The outcome of one attempt.
 */
export interface Settlement {
  /**
   * The lease.
   */
  'lease'?: (_baton_v1_LeaseRef | null);
  /**
   * The work is done.
   */
  'complete'?: (_baton_v1_Complete | null);
  /**
   * The attempt failed.
   */
  'fail'?: (_baton_v1_Fail | null);
  /**
   * The worker gives the task back. This spends no attempt.
   */
  'release'?: (_baton_v1_Release | null);
  /**
   * The attempt's last progress, if no acknowledged heartbeat had it. It is
   * stored before the outcome. Default: as the heartbeats said.
   */
  'progress'?: (_baton_v1_Progress | null);
  /**
   * How the attempt ended. Required.
   */
  'outcome'?: "complete"|"fail"|"release";
}

/**
 * The outcome of one attempt.
 */
export interface Settlement__Output {
  /**
   * The lease.
   */
  'lease': (_baton_v1_LeaseRef__Output | null);
  /**
   * The work is done.
   */
  'complete'?: (_baton_v1_Complete__Output | null);
  /**
   * The attempt failed.
   */
  'fail'?: (_baton_v1_Fail__Output | null);
  /**
   * The worker gives the task back. This spends no attempt.
   */
  'release'?: (_baton_v1_Release__Output | null);
  /**
   * The attempt's last progress, if no acknowledged heartbeat had it. It is
   * stored before the outcome. Default: as the heartbeats said.
   */
  'progress': (_baton_v1_Progress__Output | null);
  /**
   * How the attempt ended. Required.
   */
  'outcome'?: "complete"|"fail"|"release";
}
