// Original file: baton/v1/task_service.proto

import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from '../../baton/v1/TaskSpec.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A task of a submit stream.
 */
export interface SubmitItem {
  /**
   * The client's number for this item; the answer carries it. It means nothing
   * to the dispatcher.
   */
  'sequence'?: (number | string | Long);
  /**
   * The task. Required.
   */
  'task'?: (_baton_v1_TaskSpec | null);
}

/**
 * A task of a submit stream.
 */
export interface SubmitItem__Output {
  /**
   * The client's number for this item; the answer carries it. It means nothing
   * to the dispatcher.
   */
  'sequence': (string);
  /**
   * The task. Required.
   */
  'task': (_baton_v1_TaskSpec__Output | null);
}
