// Original file: baton/v1/worker_service.proto

import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * A leased task.
 */
export interface GrantedTask {
  /**
   * The lease.
   */
  'lease'?: (_baton_v1_LeaseRef | null);
  /**
   * The queue it waited in.
   */
  'queue'?: (string);
  /**
   * The kind of work.
   */
  'type'?: (string);
  /**
   * The handler's input.
   */
  'payload'?: (Buffer | Uint8Array | string);
  /**
   * The media type of `payload`.
   */
  'contentType'?: (string);
  /**
   * The metadata given at submit, trace context included.
   */
  'headers'?: ({[key: string]: string});
  /**
   * Which attempt this is, from 1. Released and crashed ones do not count.
   */
  'attempt'?: (number);
  /**
   * How many attempts may fail.
   */
  'maxAttempts'?: (number);
  /**
   * How many leases of the task were lost to crashes before this one, as
   * `RetryPolicy.max_crashes` counts.
   */
  'crashes'?: (number);
  /**
   * How long the attempt may run; the dispatcher takes the task back after it.
   */
  'attemptTimeout'?: (_google_protobuf_Duration | null);
  /**
   * The last checkpoint of an earlier attempt. Empty where there is none.
   */
  'checkpoint'?: (Buffer | Uint8Array | string);
  /**
   * How long it waited since it was due.
   */
  'queued'?: (_google_protobuf_Duration | null);
  /**
   * The trace context of the attempt before, as a `traceparent`. Empty for a
   * first attempt, or one that was not traced.
   */
  'previousTraceparent'?: (string);
  /**
   * Which shard this is, from 0. 0 where the task is not sharded.
   */
  'shardIndex'?: (number);
  /**
   * How many shards there are. 0 where the task is not sharded.
   */
  'shardTotal'?: (number);
}

/**
 * A leased task.
 */
export interface GrantedTask__Output {
  /**
   * The lease.
   */
  'lease': (_baton_v1_LeaseRef__Output | null);
  /**
   * The queue it waited in.
   */
  'queue': (string);
  /**
   * The kind of work.
   */
  'type': (string);
  /**
   * The handler's input.
   */
  'payload': (Buffer);
  /**
   * The media type of `payload`.
   */
  'contentType': (string);
  /**
   * The metadata given at submit, trace context included.
   */
  'headers': ({[key: string]: string});
  /**
   * Which attempt this is, from 1. Released and crashed ones do not count.
   */
  'attempt': (number);
  /**
   * How many attempts may fail.
   */
  'maxAttempts': (number);
  /**
   * How many leases of the task were lost to crashes before this one, as
   * `RetryPolicy.max_crashes` counts.
   */
  'crashes': (number);
  /**
   * How long the attempt may run; the dispatcher takes the task back after it.
   */
  'attemptTimeout': (_google_protobuf_Duration__Output | null);
  /**
   * The last checkpoint of an earlier attempt. Empty where there is none.
   */
  'checkpoint': (Buffer);
  /**
   * How long it waited since it was due.
   */
  'queued': (_google_protobuf_Duration__Output | null);
  /**
   * The trace context of the attempt before, as a `traceparent`. Empty for a
   * first attempt, or one that was not traced.
   */
  'previousTraceparent': (string);
  /**
   * Which shard this is, from 0. 0 where the task is not sharded.
   */
  'shardIndex': (number);
  /**
   * How many shards there are. 0 where the task is not sharded.
   */
  'shardTotal': (number);
}
