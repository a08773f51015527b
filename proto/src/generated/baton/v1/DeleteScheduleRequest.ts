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
   * Whether to cancel its tasks that have not started: all of them, wherever
   * this schedule has put them (the newest 20 queues). The schedule fires nothing
   * from then on. Where the call fails half way, it is paused and has no next
   * tick; repeat the call. Default: no.
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
   * Whether to cancel its tasks that have not started: all of them, wherever
   * this schedule has put them (the newest 20 queues). The schedule fires nothing
   * from then on. Where the call fails half way, it is paused and has no next
   * tick; repeat the call. Default: no.
   */
  'cancelWaitingTasks': (boolean);
}
