// Original file: baton/v1/task.proto

import type { TaskState as _baton_v1_TaskState, TaskState__Output as _baton_v1_TaskState__Output } from '../../baton/v1/TaskState.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from '../../baton/v1/Progress.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from '../../baton/v1/TaskResult.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from '../../baton/v1/Failure.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from '../../baton/v1/AttemptHistory.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A task as the store knows it.
 */
export interface Task {
  /**
   * The task's id. It names the queue, so a dispatcher can route it without
   * asking. Opaque to clients.
   */
  'id'?: (string);
  /**
   * The queue it was submitted to.
   */
  'queue'?: (string);
  /**
   * The kind of work.
   */
  'type'?: (string);
  /**
   * Where it is in its life.
   */
  'state'?: (_baton_v1_TaskState);
  /**
   * Its priority, 0 to 9.
   */
  'priority'?: (number);
  /**
   * The handler's input. Present only if the request asked for it.
   */
  'payload'?: (Buffer | Uint8Array | string);
  /**
   * The media type of `payload`.
   */
  'contentType'?: (string);
  /**
   * The metadata given at submit.
   */
  'headers'?: ({[key: string]: string});
  /**
   * The labels given at submit.
   */
  'labels'?: ({[key: string]: string});
  /**
   * The request id given at submit. Empty if there was none.
   */
  'requestId'?: (string);
  /**
   * How many attempts were started and not given back, with the running one. 0
   * before the first.
   */
  'attempt'?: (number);
  /**
   * How many attempts may fail.
   */
  'maxAttempts'?: (number);
  /**
   * How many leases were lost to crashes, as `RetryPolicy.max_crashes` counts.
   */
  'crashes'?: (number);
  /**
   * How many times the task was handed to a worker, however it ended.
   */
  'deliveries'?: (number);
  /**
   * When the submit was stored.
   */
  'submitTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When it becomes or became ready to run.
   */
  'dueTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When its newest attempt started. Absent before the first.
   */
  'startTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When it reached its final state. Absent before that.
   */
  'finishTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When it will be forgotten. Absent before its final state.
   */
  'purgeTime'?: (_google_protobuf_Timestamp | null);
  /**
   * The newest progress of the newest attempt. Absent if none was reported, and
   * while the task waits for another attempt.
   */
  'progress'?: (_baton_v1_Progress | null);
  /**
   * The result. Present only in SUCCEEDED.
   */
  'result'?: (_baton_v1_TaskResult | null);
  /**
   * What the newest failed attempt failed with. Absent if none failed.
   */
  'lastFailure'?: (_baton_v1_Failure | null);
  /**
   * The worker that holds or last held it. Empty before the first attempt.
   */
  'workerId'?: (string);
  /**
   * Why it was cancelled. Empty unless CANCELLED.
   */
  'cancelReason'?: (string);
  /**
   * How many tasks of its queue are READY and run before it. Present only in
   * READY, and only if the request asked for it.
   */
  'ahead'?: (number | string | Long);
  /**
   * Why the stored spec cannot be read: it is damaged, or a later version wrote
   * it. Then the submitted fields are unset, and the task is not granted: a
   * dispatcher tries again each minute. It can be cancelled. Empty: the spec
   * was read.
   */
  'error'?: (string);
  /**
   * The ordering key given at submit. Empty if there was none.
   */
  'orderingKey'?: (string);
  /**
   * The concurrency key given at submit. Empty if there was none.
   */
  'concurrencyKey'?: (string);
  /**
   * Its past attempts. Present only if the request asked for it.
   */
  'history'?: (_baton_v1_AttemptHistory | null);
  '_ahead'?: "ahead";
}

/**
 * A task as the store knows it.
 */
export interface Task__Output {
  /**
   * The task's id. It names the queue, so a dispatcher can route it without
   * asking. Opaque to clients.
   */
  'id': (string);
  /**
   * The queue it was submitted to.
   */
  'queue': (string);
  /**
   * The kind of work.
   */
  'type': (string);
  /**
   * Where it is in its life.
   */
  'state': (_baton_v1_TaskState__Output);
  /**
   * Its priority, 0 to 9.
   */
  'priority': (number);
  /**
   * The handler's input. Present only if the request asked for it.
   */
  'payload': (Buffer);
  /**
   * The media type of `payload`.
   */
  'contentType': (string);
  /**
   * The metadata given at submit.
   */
  'headers': ({[key: string]: string});
  /**
   * The labels given at submit.
   */
  'labels': ({[key: string]: string});
  /**
   * The request id given at submit. Empty if there was none.
   */
  'requestId': (string);
  /**
   * How many attempts were started and not given back, with the running one. 0
   * before the first.
   */
  'attempt': (number);
  /**
   * How many attempts may fail.
   */
  'maxAttempts': (number);
  /**
   * How many leases were lost to crashes, as `RetryPolicy.max_crashes` counts.
   */
  'crashes': (number);
  /**
   * How many times the task was handed to a worker, however it ended.
   */
  'deliveries': (number);
  /**
   * When the submit was stored.
   */
  'submitTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When it becomes or became ready to run.
   */
  'dueTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When its newest attempt started. Absent before the first.
   */
  'startTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When it reached its final state. Absent before that.
   */
  'finishTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When it will be forgotten. Absent before its final state.
   */
  'purgeTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * The newest progress of the newest attempt. Absent if none was reported, and
   * while the task waits for another attempt.
   */
  'progress': (_baton_v1_Progress__Output | null);
  /**
   * The result. Present only in SUCCEEDED.
   */
  'result': (_baton_v1_TaskResult__Output | null);
  /**
   * What the newest failed attempt failed with. Absent if none failed.
   */
  'lastFailure': (_baton_v1_Failure__Output | null);
  /**
   * The worker that holds or last held it. Empty before the first attempt.
   */
  'workerId': (string);
  /**
   * Why it was cancelled. Empty unless CANCELLED.
   */
  'cancelReason': (string);
  /**
   * How many tasks of its queue are READY and run before it. Present only in
   * READY, and only if the request asked for it.
   */
  'ahead'?: (string);
  /**
   * Why the stored spec cannot be read: it is damaged, or a later version wrote
   * it. Then the submitted fields are unset, and the task is not granted: a
   * dispatcher tries again each minute. It can be cancelled. Empty: the spec
   * was read.
   */
  'error': (string);
  /**
   * The ordering key given at submit. Empty if there was none.
   */
  'orderingKey': (string);
  /**
   * The concurrency key given at submit. Empty if there was none.
   */
  'concurrencyKey': (string);
  /**
   * Its past attempts. Present only if the request asked for it.
   */
  'history': (_baton_v1_AttemptHistory__Output | null);
  '_ahead'?: "ahead";
}
