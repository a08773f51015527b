// Original file: baton/v1/schedule_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { FiringOutcome as _baton_v1_FiringOutcome, FiringOutcome__Output as _baton_v1_FiringOutcome__Output } from '../../baton/v1/FiringOutcome.ts';

/**
 * One firing of a schedule.
 */
export interface Firing {
  /**
   * The tick.
   */
  'fireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * When it was decided.
   */
  'decideTime'?: (_google_protobuf_Timestamp | null);
  /**
   * What was done.
   */
  'outcome'?: (_baton_v1_FiringOutcome);
  /**
   * The tasks it submitted.
   */
  'taskIds'?: (string)[];
  /**
   * Whether `TriggerSchedule` caused it.
   */
  'triggered'?: (boolean);
}

/**
 * One firing of a schedule.
 */
export interface Firing__Output {
  /**
   * The tick.
   */
  'fireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * When it was decided.
   */
  'decideTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * What was done.
   */
  'outcome': (_baton_v1_FiringOutcome__Output);
  /**
   * The tasks it submitted.
   */
  'taskIds': (string)[];
  /**
   * Whether `TriggerSchedule` caused it.
   */
  'triggered': (boolean);
}
