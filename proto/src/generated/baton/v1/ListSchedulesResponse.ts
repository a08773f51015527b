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
   * The `page_token` of the next page. Empty: this page was the last.
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
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
}
