// Original file: baton/v1/operation_service.proto

import type { Operation as _baton_v1_Operation, Operation__Output as _baton_v1_Operation__Output } from '../../baton/v1/Operation.ts';

/**
 * Answers `GetOperation`.
 */
export interface GetOperationResponse {
  /**
   * The operation.
   */
  'operation'?: (_baton_v1_Operation | null);
}

/**
 * Answers `GetOperation`.
 */
export interface GetOperationResponse__Output {
  /**
   * The operation.
   */
  'operation': (_baton_v1_Operation__Output | null);
}
