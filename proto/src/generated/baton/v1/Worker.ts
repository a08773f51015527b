// Original file: baton/v1/worker_admin_service.proto

import type { WorkerSubscription as _baton_v1_WorkerSubscription, WorkerSubscription__Output as _baton_v1_WorkerSubscription__Output } from '../../baton/v1/WorkerSubscription.ts';
import type { RunningTask as _baton_v1_RunningTask, RunningTask__Output as _baton_v1_RunningTask__Output } from '../../baton/v1/RunningTask.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * A worker's session.
 */
export interface Worker {
  /**
   * `Hello.worker_id`. It need not be unique.
   */
  'workerId'?: (string);
  /**
   * Names the session. It proves nothing: the session's key is told to nobody
   * but its worker.
   */
  'sessionId'?: (string);
  /**
   * `Hello.labels`.
   */
  'labels'?: ({[key: string]: string});
  /**
   * `Hello.sdk`.
   */
  'sdk'?: (string);
  /**
   * The queues and types that it takes, by queue.
   */
  'subscriptions'?: (_baton_v1_WorkerSubscription)[];
  /**
   * `Hello.concurrency`; 0 if it did not say.
   */
  'concurrency'?: (number);
  /**
   * How many more tasks it took at its last heartbeat.
   */
  'credit'?: (number);
  /**
   * How many leases it has.
   */
  'leases'?: (number);
  /**
   * What it runs, the longest first. At most 20.
   */
  'running'?: (_baton_v1_RunningTask)[];
  /**
   * The dispatcher that its newest stream is connected to: the host's name, and
   * the number of the process.
   */
  'dispatcher'?: (string);
  /**
   * How long ago its last heartbeat was, about. It follows from when its ttl
   * will have passed, so that a session whose stream broke, and which has only
   * the reconnect grace left, looks as if it was silent for longer.
   */
  'sinceHeartbeat'?: (_google_protobuf_Duration | null);
  /**
   * Whether it was asked to go, by `DrainWorker`.
   */
  'draining'?: (boolean);
}

/**
 * A worker's session.
 */
export interface Worker__Output {
  /**
   * `Hello.worker_id`. It need not be unique.
   */
  'workerId': (string);
  /**
   * Names the session. It proves nothing: the session's key is told to nobody
   * but its worker.
   */
  'sessionId': (string);
  /**
   * `Hello.labels`.
   */
  'labels': ({[key: string]: string});
  /**
   * `Hello.sdk`.
   */
  'sdk': (string);
  /**
   * The queues and types that it takes, by queue.
   */
  'subscriptions': (_baton_v1_WorkerSubscription__Output)[];
  /**
   * `Hello.concurrency`; 0 if it did not say.
   */
  'concurrency': (number);
  /**
   * How many more tasks it took at its last heartbeat.
   */
  'credit': (number);
  /**
   * How many leases it has.
   */
  'leases': (number);
  /**
   * What it runs, the longest first. At most 20.
   */
  'running': (_baton_v1_RunningTask__Output)[];
  /**
   * The dispatcher that its newest stream is connected to: the host's name, and
   * the number of the process.
   */
  'dispatcher': (string);
  /**
   * How long ago its last heartbeat was, about. It follows from when its ttl
   * will have passed, so that a session whose stream broke, and which has only
   * the reconnect grace left, looks as if it was silent for longer.
   */
  'sinceHeartbeat': (_google_protobuf_Duration__Output | null);
  /**
   * Whether it was asked to go, by `DrainWorker`.
   */
  'draining': (boolean);
}
