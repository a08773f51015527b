// Original file: baton/v1/operation_service.proto


/**
 * Asks for one operation.
 */
export interface GetOperationRequest {
  /**
   * Its id. Required.
   */
  'operationId'?: (string);
}

/**
 * Asks for one operation.
 */
export interface GetOperationRequest__Output {
  /**
   * Its id. Required.
   */
  'operationId': (string);
}
