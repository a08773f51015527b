// Original file: baton/v1/queue_service.proto

import type { QueueSettings as _baton_v1_QueueSettings, QueueSettings__Output as _baton_v1_QueueSettings__Output } from '../../baton/v1/QueueSettings.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

/**
 * Asks to set how a queue flows.
 */
export interface UpdateQueueRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
  /**
   * The new values. Required.
   */
  'settings'?: (_baton_v1_QueueSettings | null);
  /**
   * Which settings to change: names of fields of `QueueSettings`, such as
   * `concurrency_limit`, or `*` for all. A name that is here and not set in
   * `settings` gets its default: so a limit is taken away. Messages are
   * replaced whole; paths into them are refused. Default: the fields that are
   * set in `settings`.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
}

/**
 * Asks to set how a queue flows.
 */
export interface UpdateQueueRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
  /**
   * The new values. Required.
   */
  'settings': (_baton_v1_QueueSettings__Output | null);
  /**
   * Which settings to change: names of fields of `QueueSettings`, such as
   * `concurrency_limit`, or `*` for all. A name that is here and not set in
   * `settings` gets its default: so a limit is taken away. Messages are
   * replaced whole; paths into them are refused. Default: the fields that are
   * set in `settings`.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
}
