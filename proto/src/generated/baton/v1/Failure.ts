// Original file: baton/v1/task.proto


/**
 * Why an attempt did not succeed.
 */
export interface Failure {
  /**
   * A name for programs, such as an error's class.
   * `RetryPolicy.non_retryable_types` lists such names. The dispatcher itself
   * uses `attempt_timeout` and `crashed`. 1 to 128 bytes.
   */
  'type'?: (string);
  /**
   * The text for people. At most 8 KiB; longer text is cut.
   */
  'message'?: (string);
  /**
   * Where it happened. At most 16 KiB; longer text is cut.
   */
  'stack'?: (string);
  /**
   * The trace context of the attempt, as a W3C `traceparent`. The next attempt
   * gets it in `GrantedTask.previous_traceparent`. Anything else is dropped.
   * Default: empty (the attempt was not traced).
   */
  'traceparent'?: (string);
}

/**
 * Why an attempt did not succeed.
 */
export interface Failure__Output {
  /**
   * A name for programs, such as an error's class.
   * `RetryPolicy.non_retryable_types` lists such names. The dispatcher itself
   * uses `attempt_timeout` and `crashed`. 1 to 128 bytes.
   */
  'type': (string);
  /**
   * The text for people. At most 8 KiB; longer text is cut.
   */
  'message': (string);
  /**
   * Where it happened. At most 16 KiB; longer text is cut.
   */
  'stack': (string);
  /**
   * The trace context of the attempt, as a W3C `traceparent`. The next attempt
   * gets it in `GrantedTask.previous_traceparent`. Anything else is dropped.
   * Default: empty (the attempt was not traced).
   */
  'traceparent': (string);
}
