// Original file: baton/v1/schedule_service.proto

import type { Firing as _baton_v1_Firing, Firing__Output as _baton_v1_Firing__Output } from '../../baton/v1/Firing.ts';

/**
 * Answers `TriggerSchedule`.
 */
export interface TriggerScheduleResponse {
  /**
   * The firing.
   */
  'firing'?: (_baton_v1_Firing | null);
}

/**
 * Answers `TriggerSchedule`.
 */
export interface TriggerScheduleResponse__Output {
  /**
   * The firing.
   */
  'firing': (_baton_v1_Firing__Output | null);
}
