// Original file: baton/v1/task.proto

/**
 * What came of an attempt.
 */
export const AttemptOutcome = {
  /**
   * Not an outcome; never sent.
   */
  ATTEMPT_OUTCOME_UNSPECIFIED: 'ATTEMPT_OUTCOME_UNSPECIFIED',
  /**
   * Its handler returned.
   */
  ATTEMPT_OUTCOME_SUCCEEDED: 'ATTEMPT_OUTCOME_SUCCEEDED',
  /**
   * Its handler failed.
   */
  ATTEMPT_OUTCOME_FAILED: 'ATTEMPT_OUTCOME_FAILED',
  /**
   * It ran longer than its timeout.
   */
  ATTEMPT_OUTCOME_TIMED_OUT: 'ATTEMPT_OUTCOME_TIMED_OUT',
  /**
   * Its lease was lost: the worker was killed, frozen or cut off.
   */
  ATTEMPT_OUTCOME_CRASHED: 'ATTEMPT_OUTCOME_CRASHED',
  /**
   * The worker gave it back, or never got it. No attempt is spent.
   */
  ATTEMPT_OUTCOME_RELEASED: 'ATTEMPT_OUTCOME_RELEASED',
  /**
   * The task was cancelled while it ran.
   */
  ATTEMPT_OUTCOME_CANCELLED: 'ATTEMPT_OUTCOME_CANCELLED',
} as const;

/**
 * What came of an attempt.
 */
export type AttemptOutcome =
  /**
   * Not an outcome; never sent.
   */
  | 'ATTEMPT_OUTCOME_UNSPECIFIED'
  | 0
  /**
   * Its handler returned.
   */
  | 'ATTEMPT_OUTCOME_SUCCEEDED'
  | 1
  /**
   * Its handler failed.
   */
  | 'ATTEMPT_OUTCOME_FAILED'
  | 2
  /**
   * It ran longer than its timeout.
   */
  | 'ATTEMPT_OUTCOME_TIMED_OUT'
  | 3
  /**
   * Its lease was lost: the worker was killed, frozen or cut off.
   */
  | 'ATTEMPT_OUTCOME_CRASHED'
  | 4
  /**
   * The worker gave it back, or never got it. No attempt is spent.
   */
  | 'ATTEMPT_OUTCOME_RELEASED'
  | 5
  /**
   * The task was cancelled while it ran.
   */
  | 'ATTEMPT_OUTCOME_CANCELLED'
  | 6

/**
 * What came of an attempt.
 */
export type AttemptOutcome__Output = typeof AttemptOutcome[keyof typeof AttemptOutcome]
