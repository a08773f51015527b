// Original file: baton/v1/operation_service.proto

import type { OperationKind as _baton_v1_OperationKind, OperationKind__Output as _baton_v1_OperationKind__Output } from '../../baton/v1/OperationKind.ts';
import type { TaskFilter as _baton_v1_TaskFilter, TaskFilter__Output as _baton_v1_TaskFilter__Output } from '../../baton/v1/TaskFilter.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { OperationState as _baton_v1_OperationState, OperationState__Output as _baton_v1_OperationState__Output } from '../../baton/v1/OperationState.ts';

/**
 * An operation as it is now. It is kept for 30 days after its end; the oldest
 * go earlier if there are more than 1000.
 */
export interface Operation {
  /**
   * Its id.
   */
  'id'?: (string);
  /**
   * Of the request, as the next ones, with every default filled in.
   */
  'requestId'?: (string);
  /**
   * What is done.
   */
  'kind'?: (_baton_v1_OperationKind);
  /**
   * Which tasks. Absent if they were named.
   */
  'filter'?: (_baton_v1_TaskFilter | null);
  /**
   * How many were named.
   */
  'namedTasks'?: (number);
  /**
   * With how many tasks it ends.
   */
  'maxTasks'?: (number);
  /**
   * How many it moves in a second.
   */
  'tasksPerSecond'?: (number);
  /**
   * Why.
   */
  'reason'?: (string);
  /**
   * Who asked for it: the address of the client's connection.
   */
  'startedBy'?: (string);
  /**
   * When it began; what came later is no part of it.
   */
  'startTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When it was over. Absent while it goes on.
   */
  'endTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Where it stands.
   */
  'state'?: (_baton_v1_OperationState);
  /**
   * Whether it ended with `max_tasks`, so that there may be more.
   */
  'cut'?: (boolean);
  /**
   * How many tasks were moved. A batch that another dispatcher had begun when it
   * died counts with what is found moved.
   */
  'done'?: (number);
  /**
   * How many tasks were left as they are, by the reason: `NOT_FOUND`,
   * `OTHER_STATE`, `CHANGED_LATER` (it ended after the start), `DONE_BEFORE`.
   */
  'skipped'?: ({[key: string]: number});
  /**
   * Of how many tasks it is not known what became of them, by the reason:
   * `STORE_UNAVAILABLE` (for 30 tries).
   */
  'failed'?: ({[key: string]: number});
  /**
   * Empty, unless a list could not read the operation: then it says why, and
   * only `id` has a meaning.
   */
  'error'?: (string);
}

/**
 * An operation as it is now. It is kept for 30 days after its end; the oldest
 * go earlier if there are more than 1000.
 */
export interface Operation__Output {
  /**
   * Its id.
   */
  'id': (string);
  /**
   * Of the request, as the next ones, with every default filled in.
   */
  'requestId': (string);
  /**
   * What is done.
   */
  'kind': (_baton_v1_OperationKind__Output);
  /**
   * Which tasks. Absent if they were named.
   */
  'filter': (_baton_v1_TaskFilter__Output | null);
  /**
   * How many were named.
   */
  'namedTasks': (number);
  /**
   * With how many tasks it ends.
   */
  'maxTasks': (number);
  /**
   * How many it moves in a second.
   */
  'tasksPerSecond': (number);
  /**
   * Why.
   */
  'reason': (string);
  /**
   * Who asked for it: the address of the client's connection.
   */
  'startedBy': (string);
  /**
   * When it began; what came later is no part of it.
   */
  'startTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When it was over. Absent while it goes on.
   */
  'endTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Where it stands.
   */
  'state': (_baton_v1_OperationState__Output);
  /**
   * Whether it ended with `max_tasks`, so that there may be more.
   */
  'cut': (boolean);
  /**
   * How many tasks were moved. A batch that another dispatcher had begun when it
   * died counts with what is found moved.
   */
  'done': (number);
  /**
   * How many tasks were left as they are, by the reason: `NOT_FOUND`,
   * `OTHER_STATE`, `CHANGED_LATER` (it ended after the start), `DONE_BEFORE`.
   */
  'skipped': ({[key: string]: number});
  /**
   * Of how many tasks it is not known what became of them, by the reason:
   * `STORE_UNAVAILABLE` (for 30 tries).
   */
  'failed': ({[key: string]: number});
  /**
   * Empty, unless a list could not read the operation: then it says why, and
   * only `id` has a meaning.
   */
  'error': (string);
}
