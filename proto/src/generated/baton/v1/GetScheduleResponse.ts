// Original file: baton/v1/schedule_service.proto

import type { Schedule as _baton_v1_Schedule, Schedule__Output as _baton_v1_Schedule__Output } from '../../baton/v1/Schedule.ts';

/**
 * Answers `GetSchedule`.
 */
export interface GetScheduleResponse {
  /**
   * The schedule.
   */
  'schedule'?: (_baton_v1_Schedule | null);
}

/**
 * Answers `GetSchedule`.
 */
export interface GetScheduleResponse__Output {
  /**
   * The schedule.
   */
  'schedule': (_baton_v1_Schedule__Output | null);
}
