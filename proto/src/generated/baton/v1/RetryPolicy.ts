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
   * Each wait is this many times the last one. 1 to 10. Default: 2.
   */
  'multiplier'?: (number | string);
  /**
   * How many crashes in a row make the task DEAD. A crash is a lease that is
   * lost: the worker was killed, frozen or cut off. Crashes are counted apart
   * from failed attempts. A failed attempt sets the count to 0, and a crash an
   * hour after the last one counts as the first. After two crashes
   * (one, if this is 2) the task runs alone, so that what kills a worker takes
   * nothing else along. With 1, any crash of the worker ends the task, also if
   * another task is to blame. 1 to 100. Default: 3.
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
   * Each wait is this many times the last one. 1 to 10. Default: 2.
   */
  'multiplier'?: (number);
  /**
   * How many crashes in a row make the task DEAD. A crash is a lease that is
   * lost: the worker was killed, frozen or cut off. Crashes are counted apart
   * from failed attempts. A failed attempt sets the count to 0, and a crash an
   * hour after the last one counts as the first. After two crashes
   * (one, if this is 2) the task runs alone, so that what kills a worker takes
   * nothing else along. With 1, any crash of the worker ends the task, also if
   * another task is to blame. 1 to 100. Default: 3.
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
