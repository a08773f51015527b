// Original file: baton/v1/worker_service.proto


/**
 * A queue and the types of it that a worker takes.
 */
export interface WorkerSubscription {
  /**
   * The queue. Required. As `TaskSpec.queue`.
   */
  'queue'?: (string);
  /**
   * The types. At most 128, no type twice. Default: every type.
   */
  'types'?: (string)[];
}

/**
 * A queue and the types of it that a worker takes.
 */
export interface WorkerSubscription__Output {
  /**
   * The queue. Required. As `TaskSpec.queue`.
   */
  'queue': (string);
  /**
   * The types. At most 128, no type twice. Default: every type.
   */
  'types': (string)[];
}
