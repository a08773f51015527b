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
   * Whether to cancel all its tasks that have not started, in every queue into
   * which the schedule put them (the newest 20 queues). The schedule fires
   * nothing from then on. If the call fails half-way, the schedule is paused
   * and has no next tick: repeat the call. Default: no.
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
   * Whether to cancel all its tasks that have not started, in every queue into
   * which the schedule put them (the newest 20 queues). The schedule fires
   * nothing from then on. If the call fails half-way, the schedule is paused
   * and has no next tick: repeat the call. Default: no.
   */
  'cancelWaitingTasks': (boolean);
}
