// Original file: baton/v1/worker_admin_service.proto


/**
 * Asks to send a worker home.
 */
export interface DrainWorkerRequest {
  /**
   * `Worker.session_id`. Either this or `worker_id`.
   */
  'sessionId'?: (string);
  /**
   * `Worker.worker_id`: all sessions of workers of this name.
   */
  'workerId'?: (string);
  /**
   * Why, for people; the worker is told. At most 1024 bytes.
   */
  'reason'?: (string);
}

/**
 * Asks to send a worker home.
 */
export interface DrainWorkerRequest__Output {
  /**
   * `Worker.session_id`. Either this or `worker_id`.
   */
  'sessionId': (string);
  /**
   * `Worker.worker_id`: all sessions of workers of this name.
   */
  'workerId': (string);
  /**
   * Why, for people; the worker is told. At most 1024 bytes.
   */
  'reason': (string);
}
