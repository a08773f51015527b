// Original file: baton/v1/operation_service.proto


/**
 * Asks to stop an operation.
 */
export interface StopOperationRequest {
  /**
   * Its id. Required.
   */
  'operationId'?: (string);
}

/**
 * Asks to stop an operation.
 */
export interface StopOperationRequest__Output {
  /**
   * Its id. Required.
   */
  'operationId': (string);
}
