// Original file: baton/v1/task.proto

import type { AttemptOutcome as _baton_v1_AttemptOutcome, AttemptOutcome__Output as _baton_v1_AttemptOutcome__Output } from '../../baton/v1/AttemptOutcome.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from '../../baton/v1/Failure.ts';

/**
 * An attempt that is over.
 */
export interface Attempt {
  /**
   * Which delivery of the task it was (`Task.deliveries`), from 1. It tells
   * attempts of the same number apart.
   */
  'delivery'?: (number);
  /**
   * Which attempt it was, as its worker was told (`GrantedTask.attempt`). The
   * one that follows a release or a crash has the same number; a redrive begins
   * at 1 again.
   */
  'number'?: (number);
  /**
   * What came of it.
   */
  'outcome'?: (_baton_v1_AttemptOutcome);
  /**
   * The worker that had it.
   */
  'workerId'?: (string);
  /**
   * When it was handed to the worker.
   */
  'startTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When it was over. For a crash, when the lease was taken back.
   */
  'endTime'?: (_google_protobuf_Timestamp | null);
  /**
   * What it failed with. Present only in FAILED and TIMED_OUT. The message is
   * cut to 512 bytes and the stack to 1024; `Task.last_failure` has more of the
   * newest one.
   */
  'failure'?: (_baton_v1_Failure | null);
  /**
   * The trace that it belongs to, as 32 hex digits: that of its own span if it
   * failed and was traced, else that of the submit. Empty if neither is known.
   */
  'traceId'?: (string);
}

/**
 * An attempt that is over.
 */
export interface Attempt__Output {
  /**
   * Which delivery of the task it was (`Task.deliveries`), from 1. It tells
   * attempts of the same number apart.
   */
  'delivery': (number);
  /**
   * Which attempt it was, as its worker was told (`GrantedTask.attempt`). The
   * one that follows a release or a crash has the same number; a redrive begins
   * at 1 again.
   */
  'number': (number);
  /**
   * What came of it.
   */
  'outcome': (_baton_v1_AttemptOutcome__Output);
  /**
   * The worker that had it.
   */
  'workerId': (string);
  /**
   * When it was handed to the worker.
   */
  'startTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When it was over. For a crash, when the lease was taken back.
   */
  'endTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * What it failed with. Present only in FAILED and TIMED_OUT. The message is
   * cut to 512 bytes and the stack to 1024; `Task.last_failure` has more of the
   * newest one.
   */
  'failure': (_baton_v1_Failure__Output | null);
  /**
   * The trace that it belongs to, as 32 hex digits: that of its own span if it
   * failed and was traced, else that of the submit. Empty if neither is known.
   */
  'traceId': (string);
}
