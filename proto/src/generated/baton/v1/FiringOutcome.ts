// Original file: baton/v1/schedule_service.proto

/**
 * What was done at a tick.
 */
export const FiringOutcome = {
  /**
   * Not an outcome; never sent.
   */
  FIRING_OUTCOME_UNSPECIFIED: 'FIRING_OUTCOME_UNSPECIFIED',
  /**
   * Its tasks were submitted.
   */
  FIRING_OUTCOME_SUBMITTED: 'FIRING_OUTCOME_SUBMITTED',
  /**
   * It was skipped: the last firing still ran.
   */
  FIRING_OUTCOME_SKIPPED_OVERLAP: 'FIRING_OUTCOME_SKIPPED_OVERLAP',
  /**
   * It was skipped: it was missed.
   */
  FIRING_OUTCOME_SKIPPED_MISFIRE: 'FIRING_OUTCOME_SKIPPED_MISFIRE',
  /**
   * It was skipped: a broadcast found no worker.
   */
  FIRING_OUTCOME_SKIPPED_NO_WORKER: 'FIRING_OUTCOME_SKIPPED_NO_WORKER',
  /**
   * It was dropped, with those that waited: the schedule got another cadence,
   * start or end.
   */
  FIRING_OUTCOME_SKIPPED_REDEFINED: 'FIRING_OUTCOME_SKIPPED_REDEFINED',
} as const;

/**
 * What was done at a tick.
 */
export type FiringOutcome =
  /**
   * Not an outcome; never sent.
   */
  | 'FIRING_OUTCOME_UNSPECIFIED'
  | 0
  /**
   * Its tasks were submitted.
   */
  | 'FIRING_OUTCOME_SUBMITTED'
  | 1
  /**
   * It was skipped: the last firing still ran.
   */
  | 'FIRING_OUTCOME_SKIPPED_OVERLAP'
  | 2
  /**
   * It was skipped: it was missed.
   */
  | 'FIRING_OUTCOME_SKIPPED_MISFIRE'
  | 3
  /**
   * It was skipped: a broadcast found no worker.
   */
  | 'FIRING_OUTCOME_SKIPPED_NO_WORKER'
  | 4
  /**
   * It was dropped, with those that waited: the schedule got another cadence,
   * start or end.
   */
  | 'FIRING_OUTCOME_SKIPPED_REDEFINED'
  | 5

/**
 * What was done at a tick.
 */
export type FiringOutcome__Output = typeof FiringOutcome[keyof typeof FiringOutcome]
