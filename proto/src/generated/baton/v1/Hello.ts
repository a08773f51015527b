// Original file: baton/v1/worker_service.proto

import type { WorkerSubscription as _baton_v1_WorkerSubscription, WorkerSubscription__Output as _baton_v1_WorkerSubscription__Output } from '../../baton/v1/WorkerSubscription.ts';
import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';

/**
 * Opens a session, or takes it up again.
 */
export interface Hello {
  /**
   * The protocol's version. Required; this file describes 1.
   */
  'protocolVersion'?: (number);
  /**
   * The worker's name, for people. It is shown with the worker's tasks and need
   * not be unique. Required. 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`.
   */
  'workerId'?: (string);
  /**
   * `Welcome.session_key` of the session to take up. 24 characters,
   * `[A-Za-z0-9_-]`. Default: a new session. An unknown key opens a new session
   * without leases.
   */
  'resumeSession'?: (string);
  /**
   * What the worker takes. 1 to 64, no queue twice.
   */
  'subscriptions'?: (_baton_v1_WorkerSubscription)[];
  /**
   * The leases that the worker still holds, or whose settlement was not
   * answered. Leases of the session that are not listed are given back; this
   * spends no attempt. At most 1000, and only with `resume_session`.
   */
  'held'?: (_baton_v1_LeaseRef)[];
  /**
   * Facts about the worker, for people. At most 32 entries, keys and values as
   * `TaskSpec.labels`.
   */
  'labels'?: ({[key: string]: string});
  /**
   * The client library and its version, for people. At most 128 bytes.
   */
  'sdk'?: (string);
  /**
   * How many streams the worker has opened, with this one: 1 or more, and
   * higher for each stream of a session than for those before. So a late Hello
   * is noticed: if its number is not above that of the stream that has the
   * session, it is refused with ABORTED. Default: 0, not numbered; nothing is
   * refused.
   */
  'streamNumber'?: (number);
  /**
   * How many tasks the worker runs at a time, for people. Default: 0, not said.
   */
  'concurrency'?: (number);
}

/**
 * Opens a session, or takes it up again.
 */
export interface Hello__Output {
  /**
   * The protocol's version. Required; this file describes 1.
   */
  'protocolVersion': (number);
  /**
   * The worker's name, for people. It is shown with the worker's tasks and need
   * not be unique. Required. 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`.
   */
  'workerId': (string);
  /**
   * `Welcome.session_key` of the session to take up. 24 characters,
   * `[A-Za-z0-9_-]`. Default: a new session. An unknown key opens a new session
   * without leases.
   */
  'resumeSession': (string);
  /**
   * What the worker takes. 1 to 64, no queue twice.
   */
  'subscriptions': (_baton_v1_WorkerSubscription__Output)[];
  /**
   * The leases that the worker still holds, or whose settlement was not
   * answered. Leases of the session that are not listed are given back; this
   * spends no attempt. At most 1000, and only with `resume_session`.
   */
  'held': (_baton_v1_LeaseRef__Output)[];
  /**
   * Facts about the worker, for people. At most 32 entries, keys and values as
   * `TaskSpec.labels`.
   */
  'labels': ({[key: string]: string});
  /**
   * The client library and its version, for people. At most 128 bytes.
   */
  'sdk': (string);
  /**
   * How many streams the worker has opened, with this one: 1 or more, and
   * higher for each stream of a session than for those before. So a late Hello
   * is noticed: if its number is not above that of the stream that has the
   * session, it is refused with ABORTED. Default: 0, not numbered; nothing is
   * refused.
   */
  'streamNumber': (number);
  /**
   * How many tasks the worker runs at a time, for people. Default: 0, not said.
   */
  'concurrency': (number);
}
