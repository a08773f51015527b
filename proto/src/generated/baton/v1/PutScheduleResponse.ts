// Original file: baton/v1/schedule_service.proto

import type { Schedule as _baton_v1_Schedule, Schedule__Output as _baton_v1_Schedule__Output } from '../../baton/v1/Schedule.ts';

/**
 * Answers `PutSchedule`.
 */
export interface PutScheduleResponse {
  /**
   * The schedule as stored.
   */
  'schedule'?: (_baton_v1_Schedule | null);
  /**
   * Whether it is new.
   */
  'created'?: (boolean);
}

/**
 * Answers `PutSchedule`.
 */
export interface PutScheduleResponse__Output {
  /**
   * The schedule as stored.
   */
  'schedule': (_baton_v1_Schedule__Output | null);
  /**
   * Whether it is new.
   */
  'created': (boolean);
}
