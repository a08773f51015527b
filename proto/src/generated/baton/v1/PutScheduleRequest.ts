// Original file: baton/v1/schedule_service.proto

import type { Schedule as _baton_v1_Schedule, Schedule__Output as _baton_v1_Schedule__Output } from '../../baton/v1/Schedule.ts';

/**
 * Asks to create or replace a schedule.
 */
export interface PutScheduleRequest {
  /**
   * The schedule. Required.
   */
  'schedule'?: (_baton_v1_Schedule | null);
}

/**
 * Asks to create or replace a schedule.
 */
export interface PutScheduleRequest__Output {
  /**
   * The schedule. Required.
   */
  'schedule': (_baton_v1_Schedule__Output | null);
}
