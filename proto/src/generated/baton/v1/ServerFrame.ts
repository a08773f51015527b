// Original file: baton/v1/worker_service.proto

import type { Welcome as _baton_v1_Welcome, Welcome__Output as _baton_v1_Welcome__Output } from '../../baton/v1/Welcome.ts';
import type { Grant as _baton_v1_Grant, Grant__Output as _baton_v1_Grant__Output } from '../../baton/v1/Grant.ts';
import type { HeartbeatAck as _baton_v1_HeartbeatAck, HeartbeatAck__Output as _baton_v1_HeartbeatAck__Output } from '../../baton/v1/HeartbeatAck.ts';
import type { SettleAck as _baton_v1_SettleAck, SettleAck__Output as _baton_v1_SettleAck__Output } from '../../baton/v1/SettleAck.ts';
import type { Cancel as _baton_v1_Cancel, Cancel__Output as _baton_v1_Cancel__Output } from '../../baton/v1/Cancel.ts';
import type { ServerDrain as _baton_v1_ServerDrain, ServerDrain__Output as _baton_v1_ServerDrain__Output } from '../../baton/v1/ServerDrain.ts';
import type { DrainAck as _baton_v1_DrainAck, DrainAck__Output as _baton_v1_DrainAck__Output } from '../../baton/v1/DrainAck.ts';
import type { Throttle as _baton_v1_Throttle, Throttle__Output as _baton_v1_Throttle__Output } from '../../baton/v1/Throttle.ts';
import type { Dismiss as _baton_v1_Dismiss, Dismiss__Output as _baton_v1_Dismiss__Output } from '../../baton/v1/Dismiss.ts';

/**
 * What a dispatcher sends.
 */
export interface ServerFrame {
  /**
   * Answers Hello. The first frame, and only the first.
   */
  'welcome'?: (_baton_v1_Welcome | null);
  /**
   * Hands over leased tasks.
   */
  'grant'?: (_baton_v1_Grant | null);
  /**
   * Answers Heartbeat.
   */
  'heartbeatAck'?: (_baton_v1_HeartbeatAck | null);
  /**
   * Answers Settle.
   */
  'settleAck'?: (_baton_v1_SettleAck | null);
  /**
   * Tells the worker to stop running a task.
   */
  'cancel'?: (_baton_v1_Cancel | null);
  /**
   * Asks the worker to move to another dispatcher.
   */
  'drain'?: (_baton_v1_ServerDrain | null);
  /**
   * Answers WorkerDrain.
   */
  'drainAck'?: (_baton_v1_DrainAck | null);
  /**
   * Says that grants are held back.
   */
  'throttle'?: (_baton_v1_Throttle | null);
  /**
   * Asks the worker to finish and go.
   */
  'dismiss'?: (_baton_v1_Dismiss | null);
  /**
   * The kind of frame.
   */
  'frame'?: "welcome"|"grant"|"heartbeatAck"|"settleAck"|"cancel"|"drain"|"drainAck"|"throttle"|"dismiss";
}

/**
 * What a dispatcher sends.
 */
export interface ServerFrame__Output {
  /**
   * Answers Hello. The first frame, and only the first.
   */
  'welcome'?: (_baton_v1_Welcome__Output | null);
  /**
   * Hands over leased tasks.
   */
  'grant'?: (_baton_v1_Grant__Output | null);
  /**
   * Answers Heartbeat.
   */
  'heartbeatAck'?: (_baton_v1_HeartbeatAck__Output | null);
  /**
   * Answers Settle.
   */
  'settleAck'?: (_baton_v1_SettleAck__Output | null);
  /**
   * Tells the worker to stop running a task.
   */
  'cancel'?: (_baton_v1_Cancel__Output | null);
  /**
   * Asks the worker to move to another dispatcher.
   */
  'drain'?: (_baton_v1_ServerDrain__Output | null);
  /**
   * Answers WorkerDrain.
   */
  'drainAck'?: (_baton_v1_DrainAck__Output | null);
  /**
   * Says that grants are held back.
   */
  'throttle'?: (_baton_v1_Throttle__Output | null);
  /**
   * Asks the worker to finish and go.
   */
  'dismiss'?: (_baton_v1_Dismiss__Output | null);
  /**
   * The kind of frame.
   */
  'frame'?: "welcome"|"grant"|"heartbeatAck"|"settleAck"|"cancel"|"drain"|"drainAck"|"throttle"|"dismiss";
}
