// Original file: baton/v1/task.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * What happens when an attempt fails or its worker dies.
 */
export interface RetryPolicy {
  /**
   * How many attempts may fail in all before the task is DEAD.
   * 1 to 100. Default: 5.
   */
  'maxAttempts'?: (number);
  /**
   * The wait before the second attempt. 0 to 24 h. Default: 1 s.
   */
  'initialBackoff'?: (_google_protobuf_Duration | null);
  /**
   * The longest wait between two attempts.
   * `initial_backoff` to 24 h. Default: 5 min.
   */
  'maxBackoff'?: (_google_protobuf_Duration | null);
  /**
   * What each wait is multiplied by to give the next. 1 to 10. Default: 2.
   */
  'multiplier'?: (number | string);
  /**
   * How many times in turn a lease of the task may be lost (worker killed, frozen
   * or cut off) before the task is DEAD. Counted apart from failed attempts: one
   * that fails sets the count to 0, and a crash an hour after the one before
   * counts as the first. From the second on, or where the next is the last, the
   * task runs apart from others that were lost as often. 1 to 100. Default: 3.
   */
  'maxCrashes'?: (number);
  /**
   * Failure types that end the task at once.
   * At most 32, each 1 to 128 bytes. Default: none.
   */
  'nonRetryableTypes'?: (string)[];
  '_maxAttempts'?: "maxAttempts";
  '_multiplier'?: "multiplier";
  '_maxCrashes'?: "maxCrashes";
}

/**
 * What happens when an attempt fails or its worker dies.
 */
export interface RetryPolicy__Output {
  /**
   * How many attempts may fail in all before the task is DEAD.
   * 1 to 100. Default: 5.
   */
  'maxAttempts'?: (number);
  /**
   * The wait before the second attempt. 0 to 24 h. Default: 1 s.
   */
  'initialBackoff': (_google_protobuf_Duration__Output | null);
  /**
   * The longest wait between two attempts.
   * `initial_backoff` to 24 h. Default: 5 min.
   */
  'maxBackoff': (_google_protobuf_Duration__Output | null);
  /**
   * What each wait is multiplied by to give the next. 1 to 10. Default: 2.
   */
  'multiplier'?: (number);
  /**
   * How many times in turn a lease of the task may be lost (worker killed, frozen
   * or cut off) before the task is DEAD. Counted apart from failed attempts: one
   * that fails sets the count to 0, and a crash an hour after the one before
   * counts as the first. From the second on, or where the next is the last, the
   * task runs apart from others that were lost as often. 1 to 100. Default: 3.
   */
  'maxCrashes'?: (number);
  /**
   * Failure types that end the task at once.
   * At most 32, each 1 to 128 bytes. Default: none.
   */
  'nonRetryableTypes': (string)[];
  '_maxAttempts'?: "maxAttempts";
  '_multiplier'?: "multiplier";
  '_maxCrashes'?: "maxCrashes";
}
