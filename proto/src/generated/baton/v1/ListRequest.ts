// Original file: baton/v1/task_service.proto

import type { TaskState as _baton_v1_TaskState, TaskState__Output as _baton_v1_TaskState__Output } from '../../baton/v1/TaskState.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Asks for a page of tasks.
 */
export interface ListRequest {
  /**
   * The queue. Required.
   */
  'queue'?: (string);
  /**
   * Only tasks in these states, listed in this order. At most 7, no state
   * twice. Default: all, in the order of `TaskState`.
   */
  'states'?: (_baton_v1_TaskState)[];
  /**
   * Only tasks of this type. Default: all types.
   */
  'type'?: (string);
  /**
   * Only tasks that have all these labels. At most 32. Default: all tasks.
   */
  'labels'?: ({[key: string]: string});
  /**
   * Only tasks submitted at or after this time. Default: no limit.
   */
  'submittedFrom'?: (_google_protobuf_Timestamp | null);
  /**
   * Only tasks submitted before this time. Default: no limit.
   */
  'submittedBefore'?: (_google_protobuf_Timestamp | null);
  /**
   * The most tasks to return. A page may have fewer, even none, while more
   * follow. 1 to 1000. Default (0): 100.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the last page. The other fields must be as they were
   * then. Default: the first page.
   */
  'pageToken'?: (string);
  /**
   * Whether to return `Task.payload`. Default: no.
   */
  'includePayload'?: (boolean);
  /**
   * Whether each state is listed from the end of its order: SCHEDULED tasks
   * that are due last, READY tasks that are granted last, LEASED tasks whose
   * attempt times out last, and final tasks that are purged last. Those are
   * the ones that ended last, if all have the same retention. Default: no.
   */
  'newestFirst'?: (boolean);
  /**
   * Only tasks that this worker has, or had last (`Task.worker_id`): with the
   * state LEASED those that it runs, with final states those that ended with
   * it. As `TaskSpec.queue`. Default: all tasks.
   */
  'workerId'?: (string);
  /**
   * Only tasks whose newest failure is of this type (`Task.last_failure`). At
   * most 128 bytes. Default: all tasks.
   */
  'failureType'?: (string);
}

/**
 * Asks for a page of tasks.
 */
export interface ListRequest__Output {
  /**
   * The queue. Required.
   */
  'queue': (string);
  /**
   * Only tasks in these states, listed in this order. At most 7, no state
   * twice. Default: all, in the order of `TaskState`.
   */
  'states': (_baton_v1_TaskState__Output)[];
  /**
   * Only tasks of this type. Default: all types.
   */
  'type': (string);
  /**
   * Only tasks that have all these labels. At most 32. Default: all tasks.
   */
  'labels': ({[key: string]: string});
  /**
   * Only tasks submitted at or after this time. Default: no limit.
   */
  'submittedFrom': (_google_protobuf_Timestamp__Output | null);
  /**
   * Only tasks submitted before this time. Default: no limit.
   */
  'submittedBefore': (_google_protobuf_Timestamp__Output | null);
  /**
   * The most tasks to return. A page may have fewer, even none, while more
   * follow. 1 to 1000. Default (0): 100.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the last page. The other fields must be as they were
   * then. Default: the first page.
   */
  'pageToken': (string);
  /**
   * Whether to return `Task.payload`. Default: no.
   */
  'includePayload': (boolean);
  /**
   * Whether each state is listed from the end of its order: SCHEDULED tasks
   * that are due last, READY tasks that are granted last, LEASED tasks whose
   * attempt times out last, and final tasks that are purged last. Those are
   * the ones that ended last, if all have the same retention. Default: no.
   */
  'newestFirst': (boolean);
  /**
   * Only tasks that this worker has, or had last (`Task.worker_id`): with the
   * state LEASED those that it runs, with final states those that ended with
   * it. As `TaskSpec.queue`. Default: all tasks.
   */
  'workerId': (string);
  /**
   * Only tasks whose newest failure is of this type (`Task.last_failure`). At
   * most 128 bytes. Default: all tasks.
   */
  'failureType': (string);
}
