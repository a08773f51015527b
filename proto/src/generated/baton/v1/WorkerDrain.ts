// Original file: baton/v1/worker_service.proto


/**
 * Announces that the worker goes. Its credit is void. It will finish or release
 * what it holds, and then half-close.
 */
export interface WorkerDrain {
  /**
   * Why, for people. At most 1024 bytes.
   */
  'reason'?: (string);
}

/**
 * Announces that the worker goes. Its credit is void. It will finish or release
 * what it holds, and then half-close.
 */
export interface WorkerDrain__Output {
  /**
   * Why, for people. At most 1024 bytes.
   */
  'reason': (string);
}
