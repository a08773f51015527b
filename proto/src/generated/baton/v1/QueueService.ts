// Original file: baton/v1/queue_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetQueueRequest as _baton_v1_GetQueueRequest, GetQueueRequest__Output as _baton_v1_GetQueueRequest__Output } from '../../baton/v1/GetQueueRequest.ts';
import type { GetQueueResponse as _baton_v1_GetQueueResponse, GetQueueResponse__Output as _baton_v1_GetQueueResponse__Output } from '../../baton/v1/GetQueueResponse.ts';
import type { ListQueuesRequest as _baton_v1_ListQueuesRequest, ListQueuesRequest__Output as _baton_v1_ListQueuesRequest__Output } from '../../baton/v1/ListQueuesRequest.ts';
import type { ListQueuesResponse as _baton_v1_ListQueuesResponse, ListQueuesResponse__Output as _baton_v1_ListQueuesResponse__Output } from '../../baton/v1/ListQueuesResponse.ts';
import type { UpdateQueueRequest as _baton_v1_UpdateQueueRequest, UpdateQueueRequest__Output as _baton_v1_UpdateQueueRequest__Output } from '../../baton/v1/UpdateQueueRequest.ts';
import type { UpdateQueueResponse as _baton_v1_UpdateQueueResponse, UpdateQueueResponse__Output as _baton_v1_UpdateQueueResponse__Output } from '../../baton/v1/UpdateQueueResponse.ts';

/**
 * Reads queues and changes how they flow.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface QueueServiceClient extends grpc.Client {
  /**
   * Returns one queue with its figures. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   * NOT_FOUND: no task was ever submitted to it.
   */
  GetQueue(argument: _baton_v1_GetQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  GetQueue(argument: _baton_v1_GetQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  GetQueue(argument: _baton_v1_GetQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  GetQueue(argument: _baton_v1_GetQueueRequest, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns one queue with its figures. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   * NOT_FOUND: no task was ever submitted to it.
   */
  getQueue(argument: _baton_v1_GetQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  getQueue(argument: _baton_v1_GetQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  getQueue(argument: _baton_v1_GetQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  getQueue(argument: _baton_v1_GetQueueRequest, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns every queue with its figures, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListQueues(argument: _baton_v1_ListQueuesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  ListQueues(argument: _baton_v1_ListQueuesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  ListQueues(argument: _baton_v1_ListQueuesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  ListQueues(argument: _baton_v1_ListQueuesRequest, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns every queue with its figures, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  listQueues(argument: _baton_v1_ListQueuesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  listQueues(argument: _baton_v1_ListQueuesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  listQueues(argument: _baton_v1_ListQueuesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  listQueues(argument: _baton_v1_ListQueuesRequest, callback: grpc.requestCallback<_baton_v1_ListQueuesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Replaces a queue's settings. Creates the queue if there is none.
   * Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed, or a setting out of its range.
   * UNIMPLEMENTED: this dispatcher does not support flow control yet.
   */
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Replaces a queue's settings. Creates the queue if there is none.
   * Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed, or a setting out of its range.
   * UNIMPLEMENTED: this dispatcher does not support flow control yet.
   */
  updateQueue(argument: _baton_v1_UpdateQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  updateQueue(argument: _baton_v1_UpdateQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  updateQueue(argument: _baton_v1_UpdateQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  updateQueue(argument: _baton_v1_UpdateQueueRequest, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Reads queues and changes how they flow.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface QueueServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Returns one queue with its figures. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   * NOT_FOUND: no task was ever submitted to it.
   */
  GetQueue: grpc.handleUnaryCall<_baton_v1_GetQueueRequest__Output, _baton_v1_GetQueueResponse>;
  
  /**
   * Returns every queue with its figures, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListQueues: grpc.handleUnaryCall<_baton_v1_ListQueuesRequest__Output, _baton_v1_ListQueuesResponse>;
  
  /**
   * Replaces a queue's settings. Creates the queue if there is none.
   * Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed, or a setting out of its range.
   * UNIMPLEMENTED: this dispatcher does not support flow control yet.
   */
  UpdateQueue: grpc.handleUnaryCall<_baton_v1_UpdateQueueRequest__Output, _baton_v1_UpdateQueueResponse>;
  
}

export interface QueueServiceDefinition extends grpc.ServiceDefinition {
  GetQueue: MethodDefinition<_baton_v1_GetQueueRequest, _baton_v1_GetQueueResponse, _baton_v1_GetQueueRequest__Output, _baton_v1_GetQueueResponse__Output>
  ListQueues: MethodDefinition<_baton_v1_ListQueuesRequest, _baton_v1_ListQueuesResponse, _baton_v1_ListQueuesRequest__Output, _baton_v1_ListQueuesResponse__Output>
  UpdateQueue: MethodDefinition<_baton_v1_UpdateQueueRequest, _baton_v1_UpdateQueueResponse, _baton_v1_UpdateQueueRequest__Output, _baton_v1_UpdateQueueResponse__Output>
}
