// Original file: baton/v1/worker_service.proto


/**
 * Asks the worker to finish and go, since an operator wants it so: it drains as
 * if it were told to stop, and does not come back. No Grant follows, on this
 * stream or on another one of the session.
 */
export interface Dismiss {
  /**
   * Why, in the operator's words.
   */
  'reason'?: (string);
}

/**
 * Asks the worker to finish and go, since an operator wants it so: it drains as
 * if it were told to stop, and does not come back. No Grant follows, on this
 * stream or on another one of the session.
 */
export interface Dismiss__Output {
  /**
   * Why, in the operator's words.
   */
  'reason': (string);
}
