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
   * The metadata given at submit, with the trace context.
   */
  'headers'?: ({[key: string]: string});
  /**
   * Which attempt this is, from 1. Attempts that were released or crashed do
   * not count.
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
   * How long the attempt may run. After that the dispatcher takes the task
   * back.
   */
  'attemptTimeout'?: (_google_protobuf_Duration | null);
  /**
   * The last checkpoint of an earlier attempt. Empty if there is none.
   */
  'checkpoint'?: (Buffer | Uint8Array | string);
  /**
   * How long the task waited since it was due.
   */
  'queued'?: (_google_protobuf_Duration | null);
  /**
   * The trace context of the last attempt, as a `traceparent`. Empty if this is
   * the first attempt, or the last one was not traced.
   */
  'previousTraceparent'?: (string);
  /**
   * Which shard this is, from 0. 0 if the task is not sharded.
   */
  'shardIndex'?: (number);
  /**
   * How many shards there are. 0 if the task is not sharded.
   */
  'shardTotal'?: (number);
  /**
   * The concurrency key given at submit. Empty if there was none.
   */
  'concurrencyKey'?: (string);
  /**
   * The ordering key given at submit. Empty if there was none.
   */
  'orderingKey'?: (string);
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
   * The metadata given at submit, with the trace context.
   */
  'headers': ({[key: string]: string});
  /**
   * Which attempt this is, from 1. Attempts that were released or crashed do
   * not count.
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
   * How long the attempt may run. After that the dispatcher takes the task
   * back.
   */
  'attemptTimeout': (_google_protobuf_Duration__Output | null);
  /**
   * The last checkpoint of an earlier attempt. Empty if there is none.
   */
  'checkpoint': (Buffer);
  /**
   * How long the task waited since it was due.
   */
  'queued': (_google_protobuf_Duration__Output | null);
  /**
   * The trace context of the last attempt, as a `traceparent`. Empty if this is
   * the first attempt, or the last one was not traced.
   */
  'previousTraceparent': (string);
  /**
   * Which shard this is, from 0. 0 if the task is not sharded.
   */
  'shardIndex': (number);
  /**
   * How many shards there are. 0 if the task is not sharded.
   */
  'shardTotal': (number);
  /**
   * The concurrency key given at submit. Empty if there was none.
   */
  'concurrencyKey': (string);
  /**
   * The ordering key given at submit. Empty if there was none.
   */
  'orderingKey': (string);
}
