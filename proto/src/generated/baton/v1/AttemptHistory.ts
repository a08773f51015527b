// Original file: baton/v1/task.proto

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from '../../baton/v1/Attempt.ts';

/**
 * What became of a task's attempts, but for one that still runs.
 */
export interface AttemptHistory {
  /**
   * The first and the newest ones, oldest first: as many as
   * `QueueSettings.attempt_history` says. A redrive leaves them as they are.
   */
  'attempts'?: (_baton_v1_Attempt)[];
  /**
   * How many more there were. They ended between the first and the others, or
   * while the queue kept none.
   */
  'leftOut'?: (number);
}

/**
 * What became of a task's attempts, but for one that still runs.
 */
export interface AttemptHistory__Output {
  /**
   * The first and the newest ones, oldest first: as many as
   * `QueueSettings.attempt_history` says. A redrive leaves them as they are.
   */
  'attempts': (_baton_v1_Attempt__Output)[];
  /**
   * How many more there were. They ended between the first and the others, or
   * while the queue kept none.
   */
  'leftOut': (number);
}
