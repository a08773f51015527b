// Original file: baton/v1/operation_service.proto

import type { Operation as _baton_v1_Operation, Operation__Output as _baton_v1_Operation__Output } from '../../baton/v1/Operation.ts';
import type { OperationPreview as _baton_v1_OperationPreview, OperationPreview__Output as _baton_v1_OperationPreview__Output } from '../../baton/v1/OperationPreview.ts';

/**
 * Answers `StartOperation`.
 */
export interface StartOperationResponse {
  /**
   * The operation. Absent for a dry run.
   */
  'operation'?: (_baton_v1_Operation | null);
  /**
   * What would be done, for a dry run.
   */
  'preview'?: (_baton_v1_OperationPreview | null);
}

/**
 * Answers `StartOperation`.
 */
export interface StartOperationResponse__Output {
  /**
   * The operation. Absent for a dry run.
   */
  'operation': (_baton_v1_Operation__Output | null);
  /**
   * What would be done, for a dry run.
   */
  'preview': (_baton_v1_OperationPreview__Output | null);
}
