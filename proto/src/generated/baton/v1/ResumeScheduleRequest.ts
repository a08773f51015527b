// Original file: baton/v1/schedule_service.proto


/**
 * Asks to resume a schedule.
 */
export interface ResumeScheduleRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks to resume a schedule.
 */
export interface ResumeScheduleRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
