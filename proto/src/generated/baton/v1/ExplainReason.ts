// Original file: baton/v1/task_service.proto

import type { ExplainCode as _baton_v1_ExplainCode, ExplainCode__Output as _baton_v1_ExplainCode__Output } from '../../baton/v1/ExplainCode.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { TaskState as _baton_v1_TaskState, TaskState__Output as _baton_v1_TaskState__Output } from '../../baton/v1/TaskState.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One thing that keeps a task from running.
 */
export interface ExplainReason {
  /**
   * Which thing.
   */
  'code'?: (_baton_v1_ExplainCode);
  /**
   * In words, with the figures.
   */
  'detail'?: (string);
  /**
   * How long it will last, if that is known.
   */
  'remaining'?: (_google_protobuf_Duration | null);
  /**
   * How many tasks are ahead: for EXPLAIN_CODE_BEHIND_OTHERS of the queue, or
   * of its concurrency key if it has one; for EXPLAIN_CODE_ORDERING_KEY of its
   * ordering key.
   */
  'ahead'?: (number | string | Long);
  /**
   * How many may be LEASED at once, for the codes of concurrency limits.
   */
  'limit'?: (number);
  /**
   * How many are LEASED, for the codes of concurrency limits.
   */
  'leased'?: (number);
  /**
   * The ids of up to ten tasks that are LEASED, in no particular order, for
   * the codes of concurrency limits.
   */
  'holders'?: (string)[];
  /**
   * The id of the task that the others of the ordering key wait for.
   */
  'head'?: (string);
  /**
   * Where that task is.
   */
  'headState'?: (_baton_v1_TaskState);
  /**
   * How many concurrency keys are granted something first, for
   * EXPLAIN_CODE_BEHIND_OTHERS.
   */
  'keysAhead'?: (number | string | Long);
  /**
   * The concurrency key or the ordering key that it is about. Empty if it is
   * about the queue or the task alone.
   */
  'key'?: (string);
}

/**
 * One thing that keeps a task from running.
 */
export interface ExplainReason__Output {
  /**
   * Which thing.
   */
  'code': (_baton_v1_ExplainCode__Output);
  /**
   * In words, with the figures.
   */
  'detail': (string);
  /**
   * How long it will last, if that is known.
   */
  'remaining': (_google_protobuf_Duration__Output | null);
  /**
   * How many tasks are ahead: for EXPLAIN_CODE_BEHIND_OTHERS of the queue, or
   * of its concurrency key if it has one; for EXPLAIN_CODE_ORDERING_KEY of its
   * ordering key.
   */
  'ahead': (string);
  /**
   * How many may be LEASED at once, for the codes of concurrency limits.
   */
  'limit': (number);
  /**
   * How many are LEASED, for the codes of concurrency limits.
   */
  'leased': (number);
  /**
   * The ids of up to ten tasks that are LEASED, in no particular order, for
   * the codes of concurrency limits.
   */
  'holders': (string)[];
  /**
   * The id of the task that the others of the ordering key wait for.
   */
  'head': (string);
  /**
   * Where that task is.
   */
  'headState': (_baton_v1_TaskState__Output);
  /**
   * How many concurrency keys are granted something first, for
   * EXPLAIN_CODE_BEHIND_OTHERS.
   */
  'keysAhead': (string);
  /**
   * The concurrency key or the ordering key that it is about. Empty if it is
   * about the queue or the task alone.
   */
  'key': (string);
}
