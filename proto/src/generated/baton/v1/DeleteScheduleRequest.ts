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
   * nothing from then on. A call whose deadline passes goes on at the
   * dispatcher: repeat it to learn when it is done. If it fails half-way, the
   * schedule is paused and has no next tick: repeat the call. Default: no.
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
   * nothing from then on. A call whose deadline passes goes on at the
   * dispatcher: repeat it to learn when it is done. If it fails half-way, the
   * schedule is paused and has no next tick: repeat the call. Default: no.
   */
  'cancelWaitingTasks': (boolean);
}
