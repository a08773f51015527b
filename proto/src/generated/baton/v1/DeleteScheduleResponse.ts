// Original file: baton/v1/schedule_service.proto


/**
 * Answers `DeleteSchedule`.
 */
export interface DeleteScheduleResponse {
  /**
   * Whether there was one.
   */
  'deleted'?: (boolean);
}

/**
 * Answers `DeleteSchedule`.
 */
export interface DeleteScheduleResponse__Output {
  /**
   * Whether there was one.
   */
  'deleted': (boolean);
}
