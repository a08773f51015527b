// Original file: baton/v1/schedule_service.proto

import type { Schedule as _baton_v1_Schedule, Schedule__Output as _baton_v1_Schedule__Output } from '../../baton/v1/Schedule.ts';

/**
 * Answers `ListSchedules`.
 */
export interface ListSchedulesResponse {
  /**
   * The schedules.
   */
  'schedules'?: (_baton_v1_Schedule)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Answers `ListSchedules`.
 */
export interface ListSchedulesResponse__Output {
  /**
   * The schedules.
   */
  'schedules': (_baton_v1_Schedule__Output)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken': (string);
}
