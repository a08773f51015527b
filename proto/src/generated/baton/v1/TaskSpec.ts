// Original file: baton/v1/task.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from '../../baton/v1/RetryPolicy.ts';

/**
 * What a submitter asks for: one unit of work for one worker.
 * 
 * Text must be well-formed. A lone surrogate or invalid UTF-8 arrives as
 * U+FFFD, so U+FFFD is refused. Control characters are refused too, except in
 * the values of `headers`. Durations count in milliseconds, rounded up.
 */
export interface TaskSpec {
  /**
   * The queue that the task waits in. A queue is created by its first task.
   * Required. 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`.
   */
  'queue'?: (string);
  /**
   * The kind of work: it says which handler runs the task. Workers subscribe to
   * types. Required. 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`.
   */
  'type'?: (string);
  /**
   * The input of the handler. The dispatcher does not look into it.
   * At most 1 MiB. Default: empty.
   */
  'payload'?: (Buffer | Uint8Array | string);
  /**
   * The media type of `payload`, for the handler only.
   * At most 128 bytes. Default: empty (unknown).
   */
  'contentType'?: (string);
  /**
   * Metadata that travels with the task to the handler: W3C trace context
   * (`traceparent`, `tracestate`, `baggage`) and the submitter's own.
   * At most 32 entries, keys of 1 to 64 characters
   * `[a-z0-9][a-z0-9._-]*`, values of at most 1024 bytes.
   */
  'headers'?: ({[key: string]: string});
  /**
   * Names for finding the task again with `List`.
   * At most 32 entries, keys of 1 to 64 characters
   * `[A-Za-z0-9][A-Za-z0-9._/-]*`, values of at most 256 bytes.
   */
  'labels'?: ({[key: string]: string});
  /**
   * Makes the submit safe to repeat. While the first task of this queue with
   * the same value is known (see `deduplication_window`), a repeat returns that
   * task and creates none. A repeat must equal the first submit in everything
   * but `headers`. If it differs it is refused, and the error names what
   * differs. Payloads are compared as bytes, so JSON with its keys in another
   * order differs. A DEAD task is known for as long as it is kept (see
   * `retention`): redrive it, or submit with another value. At most 128 bytes.
   * Default: empty (every submit creates a task). A value that begins with `~`
   * may say when it was made: see docs/protocol.md.
   */
  'requestId'?: (string);
  /**
   * Tasks with a higher number run first within the queue, or within their
   * concurrency key. 0 to 9. Default: 5.
   */
  'priority'?: (number);
  /**
   * How long after the submit. 0 to 366 days.
   */
  'delay'?: (_google_protobuf_Duration | null);
  /**
   * A point in time on the store's clock. A time that has passed means at
   * once. At most 366 days ahead.
   */
  'runAt'?: (_google_protobuf_Timestamp | null);
  /**
   * How long after it became due the first attempt may start. After that the
   * task is EXPIRED. 1 ms to 366 days. Default: no limit.
   */
  'startDeadline'?: (_google_protobuf_Duration | null);
  /**
   * How long one attempt may run before it counts as failed with the type
   * `attempt_timeout`. 1 ms to 24 h. Default: 10 min.
   */
  'attemptTimeout'?: (_google_protobuf_Duration | null);
  /**
   * What happens when an attempt fails. Default: the queue's
   * (`QueueSettings.retry_policy`), else every default of its fields.
   */
  'retryPolicy'?: (_baton_v1_RetryPolicy | null);
  /**
   * How long the task is kept after its final state, so that its status and
   * result can be read. 0 to 366 days; less than 10 s counts as 10 s, so that
   * everybody who waits for the task sees its end. Default: the queue's
   * (`QueueSettings.retention`), else 24 h. A DEAD task is kept for the
   * dispatcher's own retention of the dead (14 days by default), if that is
   * longer. `Task.purge_time` says until when.
   */
  'retention'?: (_google_protobuf_Duration | null);
  /**
   * How long after the submit `request_id` is remembered at least, even if the
   * task is final and its retention is shorter. 0 to 366 days. Default: 24 h.
   */
  'deduplicationWindow'?: (_google_protobuf_Duration | null);
  /**
   * Tasks of one queue and concurrency key that have the same ordering key run
   * one at a time, in the order in which they were first due, then of their
   * submits; `priority` does not count among them. The first holds the others
   * until it is over: also while it backs off, and while it is DEAD if the
   * queue says so (`QueueSettings.on_dead`). A task that is not due holds
   * nobody. At most 128 bytes. Default: empty (no order).
   */
  'orderingKey'?: (string);
  /**
   * The key by which the queue's limits a key and its fair shares count: a
   * tenant, a partner's API. Among keys, grants are in proportion to their
   * weights; `priority` counts within a key. Set with `QueueService`. At most
   * 128 bytes. Default: empty (none).
   */
  'concurrencyKey'?: (string);
  '_priority'?: "priority";
  /**
   * When the task becomes ready. Default: at once.
   */
  'due'?: "delay"|"runAt";
}

/**
 * What a submitter asks for: one unit of work for one worker.
 * 
 * Text must be well-formed. A lone surrogate or invalid UTF-8 arrives as
 * U+FFFD, so U+FFFD is refused. Control characters are refused too, except in
 * the values of `headers`. Durations count in milliseconds, rounded up.
 */
export interface TaskSpec__Output {
  /**
   * The queue that the task waits in. A queue is created by its first task.
   * Required. 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`.
   */
  'queue': (string);
  /**
   * The kind of work: it says which handler runs the task. Workers subscribe to
   * types. Required. 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`.
   */
  'type': (string);
  /**
   * The input of the handler. The dispatcher does not look into it.
   * At most 1 MiB. Default: empty.
   */
  'payload': (Buffer);
  /**
   * The media type of `payload`, for the handler only.
   * At most 128 bytes. Default: empty (unknown).
   */
  'contentType': (string);
  /**
   * Metadata that travels with the task to the handler: W3C trace context
   * (`traceparent`, `tracestate`, `baggage`) and the submitter's own.
   * At most 32 entries, keys of 1 to 64 characters
   * `[a-z0-9][a-z0-9._-]*`, values of at most 1024 bytes.
   */
  'headers': ({[key: string]: string});
  /**
   * Names for finding the task again with `List`.
   * At most 32 entries, keys of 1 to 64 characters
   * `[A-Za-z0-9][A-Za-z0-9._/-]*`, values of at most 256 bytes.
   */
  'labels': ({[key: string]: string});
  /**
   * Makes the submit safe to repeat. While the first task of this queue with
   * the same value is known (see `deduplication_window`), a repeat returns that
   * task and creates none. A repeat must equal the first submit in everything
   * but `headers`. If it differs it is refused, and the error names what
   * differs. Payloads are compared as bytes, so JSON with its keys in another
   * order differs. A DEAD task is known for as long as it is kept (see
   * `retention`): redrive it, or submit with another value. At most 128 bytes.
   * Default: empty (every submit creates a task). A value that begins with `~`
   * may say when it was made: see docs/protocol.md.
   */
  'requestId': (string);
  /**
   * Tasks with a higher number run first within the queue, or within their
   * concurrency key. 0 to 9. Default: 5.
   */
  'priority'?: (number);
  /**
   * How long after the submit. 0 to 366 days.
   */
  'delay'?: (_google_protobuf_Duration__Output | null);
  /**
   * A point in time on the store's clock. A time that has passed means at
   * once. At most 366 days ahead.
   */
  'runAt'?: (_google_protobuf_Timestamp__Output | null);
  /**
   * How long after it became due the first attempt may start. After that the
   * task is EXPIRED. 1 ms to 366 days. Default: no limit.
   */
  'startDeadline': (_google_protobuf_Duration__Output | null);
  /**
   * How long one attempt may run before it counts as failed with the type
   * `attempt_timeout`. 1 ms to 24 h. Default: 10 min.
   */
  'attemptTimeout': (_google_protobuf_Duration__Output | null);
  /**
   * What happens when an attempt fails. Default: the queue's
   * (`QueueSettings.retry_policy`), else every default of its fields.
   */
  'retryPolicy': (_baton_v1_RetryPolicy__Output | null);
  /**
   * How long the task is kept after its final state, so that its status and
   * result can be read. 0 to 366 days; less than 10 s counts as 10 s, so that
   * everybody who waits for the task sees its end. Default: the queue's
   * (`QueueSettings.retention`), else 24 h. A DEAD task is kept for the
   * dispatcher's own retention of the dead (14 days by default), if that is
   * longer. `Task.purge_time` says until when.
   */
  'retention': (_google_protobuf_Duration__Output | null);
  /**
   * How long after the submit `request_id` is remembered at least, even if the
   * task is final and its retention is shorter. 0 to 366 days. Default: 24 h.
   */
  'deduplicationWindow': (_google_protobuf_Duration__Output | null);
  /**
   * Tasks of one queue and concurrency key that have the same ordering key run
   * one at a time, in the order in which they were first due, then of their
   * submits; `priority` does not count among them. The first holds the others
   * until it is over: also while it backs off, and while it is DEAD if the
   * queue says so (`QueueSettings.on_dead`). A task that is not due holds
   * nobody. At most 128 bytes. Default: empty (no order).
   */
  'orderingKey': (string);
  /**
   * The key by which the queue's limits a key and its fair shares count: a
   * tenant, a partner's API. Among keys, grants are in proportion to their
   * weights; `priority` counts within a key. Set with `QueueService`. At most
   * 128 bytes. Default: empty (none).
   */
  'concurrencyKey': (string);
  '_priority'?: "priority";
  /**
   * When the task becomes ready. Default: at once.
   */
  'due'?: "delay"|"runAt";
}
