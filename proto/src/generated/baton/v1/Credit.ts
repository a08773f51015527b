// Original file: baton/v1/worker_service.proto


/**
 * Lets the dispatcher grant more tasks. Additive; a session starts at 0, also
 * when it is taken up again. Each task granted takes 1.
 */
export interface Credit {
  /**
   * How many more. 1 to 1000; the sum that is open is at most 1000.
   */
  'tasks'?: (number);
}

/**
 * Lets the dispatcher grant more tasks. Additive; a session starts at 0, also
 * when it is taken up again. Each task granted takes 1.
 */
export interface Credit__Output {
  /**
   * How many more. 1 to 1000; the sum that is open is at most 1000.
   */
  'tasks': (number);
}
