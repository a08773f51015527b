// Original file: baton/v1/schedule_service.proto

import type { Schedule as _baton_v1_Schedule, Schedule__Output as _baton_v1_Schedule__Output } from '../../baton/v1/Schedule.ts';

/**
 * Answers `ResumeSchedule`.
 */
export interface ResumeScheduleResponse {
  /**
   * The schedule as it is now.
   */
  'schedule'?: (_baton_v1_Schedule | null);
}

/**
 * Answers `ResumeSchedule`.
 */
export interface ResumeScheduleResponse__Output {
  /**
   * The schedule as it is now.
   */
  'schedule': (_baton_v1_Schedule__Output | null);
}
