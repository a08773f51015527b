// Original file: baton/v1/task_service.proto

import type { ExplainCode as _baton_v1_ExplainCode, ExplainCode__Output as _baton_v1_ExplainCode__Output } from '../../baton/v1/ExplainCode.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
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
   * How many tasks are ahead, for EXPLAIN_CODE_BEHIND_OTHERS.
   */
  'ahead'?: (number | string | Long);
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
   * How many tasks are ahead, for EXPLAIN_CODE_BEHIND_OTHERS.
   */
  'ahead': (string);
}
