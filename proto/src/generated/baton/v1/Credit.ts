// Original file: baton/v1/worker_service.proto


/**
 * Lets the dispatcher grant more tasks. Credit adds up. A session starts at 0,
 * also when it is resumed. Each granted task takes 1.
 */
export interface Credit {
  /**
   * How many more tasks. 1 to 1000; the open sum is at most 1000.
   */
  'tasks'?: (number);
}

/**
 * Lets the dispatcher grant more tasks. Credit adds up. A session starts at 0,
 * also when it is resumed. Each granted task takes 1.
 */
export interface Credit__Output {
  /**
   * How many more tasks. 1 to 1000; the open sum is at most 1000.
   */
  'tasks': (number);
}
