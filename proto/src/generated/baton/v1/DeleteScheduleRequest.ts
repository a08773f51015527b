// Original file: baton/v1/schedule_service.proto


/**
 * Asks to forget a schedule.
 */
export interface DeleteScheduleRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
  /**
   * Whether to cancel its tasks that have not started. Default: no.
   */
  'cancelWaitingTasks'?: (boolean);
}

/**
 * Asks to forget a schedule.
 */
export interface DeleteScheduleRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
  /**
   * Whether to cancel its tasks that have not started. Default: no.
   */
  'cancelWaitingTasks': (boolean);
}
