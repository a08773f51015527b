// Original file: baton/v1/operation_service.proto


/**
 * What an operation would do.
 */
export interface OperationPreview {
  /**
   * How many tasks it would come to now; at most `max_tasks`.
   */
  'tasks'?: (number);
  /**
   * The ids of up to 20 of them, the first first.
   */
  'sampleTaskIds'?: (string)[];
  /**
   * Whether every task was looked at. If not, there may be more: `max_tasks`
   * were found, or looking took longer than 4 s.
   */
  'complete'?: (boolean);
}

/**
 * What an operation would do.
 */
export interface OperationPreview__Output {
  /**
   * How many tasks it would come to now; at most `max_tasks`.
   */
  'tasks': (number);
  /**
   * The ids of up to 20 of them, the first first.
   */
  'sampleTaskIds': (string)[];
  /**
   * Whether every task was looked at. If not, there may be more: `max_tasks`
   * were found, or looking took longer than 4 s.
   */
  'complete': (boolean);
}
