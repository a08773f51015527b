// Original file: baton/v1/worker_service.proto

import type { Hello as _baton_v1_Hello, Hello__Output as _baton_v1_Hello__Output } from '../../baton/v1/Hello.ts';
import type { Credit as _baton_v1_Credit, Credit__Output as _baton_v1_Credit__Output } from '../../baton/v1/Credit.ts';
import type { Heartbeat as _baton_v1_Heartbeat, Heartbeat__Output as _baton_v1_Heartbeat__Output } from '../../baton/v1/Heartbeat.ts';
import type { Settle as _baton_v1_Settle, Settle__Output as _baton_v1_Settle__Output } from '../../baton/v1/Settle.ts';
import type { WorkerDrain as _baton_v1_WorkerDrain, WorkerDrain__Output as _baton_v1_WorkerDrain__Output } from '../../baton/v1/WorkerDrain.ts';

/**
 * What a worker sends.
 */
export interface WorkerFrame {
  /**
   * Opens the session. The first frame, and only the first.
   */
  'hello'?: (_baton_v1_Hello | null);
  /**
   * Lets the dispatcher grant more tasks.
   */
  'credit'?: (_baton_v1_Credit | null);
  /**
   * Keeps the session and its leases.
   */
  'heartbeat'?: (_baton_v1_Heartbeat | null);
  /**
   * Ends leases.
   */
  'settle'?: (_baton_v1_Settle | null);
  /**
   * Announces that the worker goes.
   */
  'drain'?: (_baton_v1_WorkerDrain | null);
  /**
   * The kind of frame.
   */
  'frame'?: "hello"|"credit"|"heartbeat"|"settle"|"drain";
}

/**
 * What a worker sends.
 */
export interface WorkerFrame__Output {
  /**
   * Opens the session. The first frame, and only the first.
   */
  'hello'?: (_baton_v1_Hello__Output | null);
  /**
   * Lets the dispatcher grant more tasks.
   */
  'credit'?: (_baton_v1_Credit__Output | null);
  /**
   * Keeps the session and its leases.
   */
  'heartbeat'?: (_baton_v1_Heartbeat__Output | null);
  /**
   * Ends leases.
   */
  'settle'?: (_baton_v1_Settle__Output | null);
  /**
   * Announces that the worker goes.
   */
  'drain'?: (_baton_v1_WorkerDrain__Output | null);
  /**
   * The kind of frame.
   */
  'frame'?: "hello"|"credit"|"heartbeat"|"settle"|"drain";
}
