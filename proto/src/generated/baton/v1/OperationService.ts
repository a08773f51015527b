// Original file: baton/v1/operation_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetOperationRequest as _baton_v1_GetOperationRequest, GetOperationRequest__Output as _baton_v1_GetOperationRequest__Output } from '../../baton/v1/GetOperationRequest.ts';
import type { GetOperationResponse as _baton_v1_GetOperationResponse, GetOperationResponse__Output as _baton_v1_GetOperationResponse__Output } from '../../baton/v1/GetOperationResponse.ts';
import type { ListOperationsRequest as _baton_v1_ListOperationsRequest, ListOperationsRequest__Output as _baton_v1_ListOperationsRequest__Output } from '../../baton/v1/ListOperationsRequest.ts';
import type { ListOperationsResponse as _baton_v1_ListOperationsResponse, ListOperationsResponse__Output as _baton_v1_ListOperationsResponse__Output } from '../../baton/v1/ListOperationsResponse.ts';
import type { StartOperationRequest as _baton_v1_StartOperationRequest, StartOperationRequest__Output as _baton_v1_StartOperationRequest__Output } from '../../baton/v1/StartOperationRequest.ts';
import type { StartOperationResponse as _baton_v1_StartOperationResponse, StartOperationResponse__Output as _baton_v1_StartOperationResponse__Output } from '../../baton/v1/StartOperationResponse.ts';
import type { StopOperationRequest as _baton_v1_StopOperationRequest, StopOperationRequest__Output as _baton_v1_StopOperationRequest__Output } from '../../baton/v1/StopOperationRequest.ts';
import type { StopOperationResponse as _baton_v1_StopOperationResponse, StopOperationResponse__Output as _baton_v1_StopOperationResponse__Output } from '../../baton/v1/StopOperationResponse.ts';

/**
 * Redrives, cancels, deletes or runs many tasks: those that a filter chooses,
 * or up to 1000 that are named. An operation is kept in the store, and whichever
 * dispatcher is there carries on with it, at a rate, until it is over or
 * stopped. It moves each task once at most, also if a dispatcher dies
 * meanwhile.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface OperationServiceClient extends grpc.Client {
  /**
   * Returns one operation. Reads only.
   * 
   * Errors:
   * NOT_FOUND: there is no such operation (any more).
   */
  GetOperation(argument: _baton_v1_GetOperationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  GetOperation(argument: _baton_v1_GetOperationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  GetOperation(argument: _baton_v1_GetOperationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  GetOperation(argument: _baton_v1_GetOperationRequest, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns one operation. Reads only.
   * 
   * Errors:
   * NOT_FOUND: there is no such operation (any more).
   */
  getOperation(argument: _baton_v1_GetOperationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  getOperation(argument: _baton_v1_GetOperationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  getOperation(argument: _baton_v1_GetOperationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  getOperation(argument: _baton_v1_GetOperationRequest, callback: grpc.requestCallback<_baton_v1_GetOperationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns a page of the operations, the newest first. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListOperations(argument: _baton_v1_ListOperationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  ListOperations(argument: _baton_v1_ListOperationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  ListOperations(argument: _baton_v1_ListOperationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  ListOperations(argument: _baton_v1_ListOperationsRequest, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns a page of the operations, the newest first. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  listOperations(argument: _baton_v1_ListOperationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  listOperations(argument: _baton_v1_ListOperationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  listOperations(argument: _baton_v1_ListOperationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  listOperations(argument: _baton_v1_ListOperationsRequest, callback: grpc.requestCallback<_baton_v1_ListOperationsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Starts an operation and answers when it is durable, or says what it would
   * do (`dry_run`). Idempotent if it has a request id: a repeat is answered
   * with the first operation, for as long as that is kept.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range, the filter
   * matches all tasks without saying so, or it names states that tasks of
   * this kind of operation cannot be in.
   * ALREADY_EXISTS: another operation has the same request id.
   * RESOURCE_EXHAUSTED: 100 operations are under way.
   */
  StartOperation(argument: _baton_v1_StartOperationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  StartOperation(argument: _baton_v1_StartOperationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  StartOperation(argument: _baton_v1_StartOperationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  StartOperation(argument: _baton_v1_StartOperationRequest, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Starts an operation and answers when it is durable, or says what it would
   * do (`dry_run`). Idempotent if it has a request id: a repeat is answered
   * with the first operation, for as long as that is kept.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range, the filter
   * matches all tasks without saying so, or it names states that tasks of
   * this kind of operation cannot be in.
   * ALREADY_EXISTS: another operation has the same request id.
   * RESOURCE_EXHAUSTED: 100 operations are under way.
   */
  startOperation(argument: _baton_v1_StartOperationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  startOperation(argument: _baton_v1_StartOperationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  startOperation(argument: _baton_v1_StartOperationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  startOperation(argument: _baton_v1_StartOperationRequest, callback: grpc.requestCallback<_baton_v1_StartOperationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Has an operation end. The tasks under way, a fifth of a second's, are moved
   * still; what was done stays done. Idempotent: an operation that is over is
   * returned as it is.
   * 
   * Errors:
   * NOT_FOUND: there is no such operation (any more).
   */
  StopOperation(argument: _baton_v1_StopOperationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  StopOperation(argument: _baton_v1_StopOperationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  StopOperation(argument: _baton_v1_StopOperationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  StopOperation(argument: _baton_v1_StopOperationRequest, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Has an operation end. The tasks under way, a fifth of a second's, are moved
   * still; what was done stays done. Idempotent: an operation that is over is
   * returned as it is.
   * 
   * Errors:
   * NOT_FOUND: there is no such operation (any more).
   */
  stopOperation(argument: _baton_v1_StopOperationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  stopOperation(argument: _baton_v1_StopOperationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  stopOperation(argument: _baton_v1_StopOperationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  stopOperation(argument: _baton_v1_StopOperationRequest, callback: grpc.requestCallback<_baton_v1_StopOperationResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Redrives, cancels, deletes or runs many tasks: those that a filter chooses,
 * or up to 1000 that are named. An operation is kept in the store, and whichever
 * dispatcher is there carries on with it, at a rate, until it is over or
 * stopped. It moves each task once at most, also if a dispatcher dies
 * meanwhile.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface OperationServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Returns one operation. Reads only.
   * 
   * Errors:
   * NOT_FOUND: there is no such operation (any more).
   */
  GetOperation: grpc.handleUnaryCall<_baton_v1_GetOperationRequest__Output, _baton_v1_GetOperationResponse>;
  
  /**
   * Returns a page of the operations, the newest first. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListOperations: grpc.handleUnaryCall<_baton_v1_ListOperationsRequest__Output, _baton_v1_ListOperationsResponse>;
  
  /**
   * Starts an operation and answers when it is durable, or says what it would
   * do (`dry_run`). Idempotent if it has a request id: a repeat is answered
   * with the first operation, for as long as that is kept.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range, the filter
   * matches all tasks without saying so, or it names states that tasks of
   * this kind of operation cannot be in.
   * ALREADY_EXISTS: another operation has the same request id.
   * RESOURCE_EXHAUSTED: 100 operations are under way.
   */
  StartOperation: grpc.handleUnaryCall<_baton_v1_StartOperationRequest__Output, _baton_v1_StartOperationResponse>;
  
  /**
   * Has an operation end. The tasks under way, a fifth of a second's, are moved
   * still; what was done stays done. Idempotent: an operation that is over is
   * returned as it is.
   * 
   * Errors:
   * NOT_FOUND: there is no such operation (any more).
   */
  StopOperation: grpc.handleUnaryCall<_baton_v1_StopOperationRequest__Output, _baton_v1_StopOperationResponse>;
  
}

export interface OperationServiceDefinition extends grpc.ServiceDefinition {
  GetOperation: MethodDefinition<_baton_v1_GetOperationRequest, _baton_v1_GetOperationResponse, _baton_v1_GetOperationRequest__Output, _baton_v1_GetOperationResponse__Output>
  ListOperations: MethodDefinition<_baton_v1_ListOperationsRequest, _baton_v1_ListOperationsResponse, _baton_v1_ListOperationsRequest__Output, _baton_v1_ListOperationsResponse__Output>
  StartOperation: MethodDefinition<_baton_v1_StartOperationRequest, _baton_v1_StartOperationResponse, _baton_v1_StartOperationRequest__Output, _baton_v1_StartOperationResponse__Output>
  StopOperation: MethodDefinition<_baton_v1_StopOperationRequest, _baton_v1_StopOperationResponse, _baton_v1_StopOperationRequest__Output, _baton_v1_StopOperationResponse__Output>
}
