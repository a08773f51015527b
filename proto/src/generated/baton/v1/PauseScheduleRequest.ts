// Original file: baton/v1/schedule_service.proto


/**
 * Asks to pause a schedule.
 */
export interface PauseScheduleRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks to pause a schedule.
 */
export interface PauseScheduleRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
