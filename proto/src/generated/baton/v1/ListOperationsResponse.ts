// Original file: baton/v1/operation_service.proto

import type { Operation as _baton_v1_Operation, Operation__Output as _baton_v1_Operation__Output } from '../../baton/v1/Operation.ts';

/**
 * Answers `ListOperations`.
 */
export interface ListOperationsResponse {
  /**
   * The operations.
   */
  'operations'?: (_baton_v1_Operation)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Answers `ListOperations`.
 */
export interface ListOperationsResponse__Output {
  /**
   * The operations.
   */
  'operations': (_baton_v1_Operation__Output)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
}
