// Original file: baton/v1/task_service.proto

import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from '../../baton/v1/Task.ts';
import type { ExplainReason as _baton_v1_ExplainReason, ExplainReason__Output as _baton_v1_ExplainReason__Output } from '../../baton/v1/ExplainReason.ts';

/**
 * Answers `Explain`.
 */
export interface ExplainResponse {
  /**
   * The task as it is now.
   */
  'task'?: (_baton_v1_Task | null);
  /**
   * One sentence for people.
   */
  'summary'?: (string);
  /**
   * What keeps it from running, the decisive thing first. Empty for a task that
   * runs or is final.
   */
  'reasons'?: (_baton_v1_ExplainReason)[];
}

/**
 * Answers `Explain`.
 */
export interface ExplainResponse__Output {
  /**
   * The task as it is now.
   */
  'task': (_baton_v1_Task__Output | null);
  /**
   * One sentence for people.
   */
  'summary': (string);
  /**
   * What keeps it from running, the decisive thing first. Empty for a task that
   * runs or is final.
   */
  'reasons': (_baton_v1_ExplainReason__Output)[];
}
