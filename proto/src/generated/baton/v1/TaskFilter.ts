// Original file: baton/v1/operation_service.proto

import type { TaskState as _baton_v1_TaskState, TaskState__Output as _baton_v1_TaskState__Output } from '../../baton/v1/TaskState.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Chooses tasks of one queue: those that match every field, by what they are
 * when the operation comes to them. Of what came after its start it takes
 * nothing: no task that was submitted later, and but to cancel it none that was
 * leased or ended later.
 */
export interface TaskFilter {
  /**
   * The queue. Required.
   */
  'queue'?: (string);
  /**
   * Only tasks in these states, in this order. Only those that the kind of
   * operation may take. Default: all of them, but for LEASED.
   */
  'states'?: (_baton_v1_TaskState)[];
  /**
   * Only tasks of these types. At most 128. Default: all types.
   */
  'types'?: (string)[];
  /**
   * Only tasks that have all these labels. At most 32. Default: all tasks.
   */
  'labels'?: ({[key: string]: string});
  /**
   * Only tasks of this concurrency key. Default: all tasks.
   */
  'concurrencyKey'?: (string);
  /**
   * Only tasks whose last failure is of this type. Default: all tasks.
   */
  'failureType'?: (string);
  /**
   * Only tasks submitted at or after this time. Default: no limit.
   */
  'submittedFrom'?: (_google_protobuf_Timestamp | null);
  /**
   * Only tasks submitted before this time. Default: no limit.
   */
  'submittedBefore'?: (_google_protobuf_Timestamp | null);
  /**
   * Says that a filter without any condition is meant. Required if it has none:
   * no fewer states than by default, and none of the fields above.
   */
  'all'?: (boolean);
}

/**
 * Chooses tasks of one queue: those that match every field, by what they are
 * when the operation comes to them. Of what came after its start it takes
 * nothing: no task that was submitted later, and but to cancel it none that was
 * leased or ended later.
 */
export interface TaskFilter__Output {
  /**
   * The queue. Required.
   */
  'queue': (string);
  /**
   * Only tasks in these states, in this order. Only those that the kind of
   * operation may take. Default: all of them, but for LEASED.
   */
  'states': (_baton_v1_TaskState__Output)[];
  /**
   * Only tasks of these types. At most 128. Default: all types.
   */
  'types': (string)[];
  /**
   * Only tasks that have all these labels. At most 32. Default: all tasks.
   */
  'labels': ({[key: string]: string});
  /**
   * Only tasks of this concurrency key. Default: all tasks.
   */
  'concurrencyKey': (string);
  /**
   * Only tasks whose last failure is of this type. Default: all tasks.
   */
  'failureType': (string);
  /**
   * Only tasks submitted at or after this time. Default: no limit.
   */
  'submittedFrom': (_google_protobuf_Timestamp__Output | null);
  /**
   * Only tasks submitted before this time. Default: no limit.
   */
  'submittedBefore': (_google_protobuf_Timestamp__Output | null);
  /**
   * Says that a filter without any condition is meant. Required if it has none:
   * no fewer states than by default, and none of the fields above.
   */
  'all': (boolean);
}
