// Original file: baton/v1/schedule_service.proto


/**
 * Asks for a schedule.
 */
export interface GetScheduleRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
}

/**
 * Asks for a schedule.
 */
export interface GetScheduleRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
}
