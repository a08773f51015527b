// Original file: baton/v1/worker_service.proto

import type { GrantedTask as _baton_v1_GrantedTask, GrantedTask__Output as _baton_v1_GrantedTask__Output } from '../../baton/v1/GrantedTask.ts';

/**
 * Hands over leased tasks. Each takes 1 credit.
 */
export interface Grant {
  /**
   * The tasks. At least 1.
   */
  'tasks'?: (_baton_v1_GrantedTask)[];
}

/**
 * Hands over leased tasks. Each takes 1 credit.
 */
export interface Grant__Output {
  /**
   * The tasks. At least 1.
   */
  'tasks': (_baton_v1_GrantedTask__Output)[];
}
