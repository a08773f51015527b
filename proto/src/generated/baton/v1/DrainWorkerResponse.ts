// Original file: baton/v1/worker_admin_service.proto


/**
 * Answers `DrainWorker`.
 */
export interface DrainWorkerResponse {
  /**
   * The sessions that were asked to go. At least 1.
   */
  'sessionIds'?: (string)[];
  /**
   * Queues for which the store does not answer at the moment, or for a part of
   * which. Sessions of workers of them may not have been found: call again.
   */
  'unanswered'?: (string)[];
}

/**
 * Answers `DrainWorker`.
 */
export interface DrainWorkerResponse__Output {
  /**
   * The sessions that were asked to go. At least 1.
   */
  'sessionIds': (string)[];
  /**
   * Queues for which the store does not answer at the moment, or for a part of
   * which. Sessions of workers of them may not have been found: call again.
   */
  'unanswered': (string)[];
}
