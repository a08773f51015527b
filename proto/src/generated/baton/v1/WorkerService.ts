// Original file: baton/v1/worker_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ServerFrame as _baton_v1_ServerFrame, ServerFrame__Output as _baton_v1_ServerFrame__Output } from '../../baton/v1/ServerFrame.ts';
import type { SettleRequest as _baton_v1_SettleRequest, SettleRequest__Output as _baton_v1_SettleRequest__Output } from '../../baton/v1/SettleRequest.ts';
import type { SettleResponse as _baton_v1_SettleResponse, SettleResponse__Output as _baton_v1_SettleResponse__Output } from '../../baton/v1/SettleResponse.ts';
import type { WorkerFrame as _baton_v1_WorkerFrame, WorkerFrame__Output as _baton_v1_WorkerFrame__Output } from '../../baton/v1/WorkerFrame.ts';

/**
 * Hands tasks to workers and takes their outcomes.
 * 
 * Errors carry details as `TaskService` describes.
 */
export interface WorkerServiceClient extends grpc.Client {
  /**
   * Holds a worker's session. The worker says hello and gives credit. The
   * dispatcher grants tasks. The worker keeps its leases with heartbeats and
   * settles them. docs/protocol.md describes the exchange. A frame after Hello
   * whose `frame` is not set (this side does not know its kind) is ignored.
   * 
   * An end with OK is no error: connect again with `Hello.resume_session`,
   * unless the worker itself drained.
   * 
   * Errors:
   * INVALID_ARGUMENT: the first frame is no Hello, a later one is, or a field
   * is out of its range.
   * FAILED_PRECONDITION: the protocol version is not supported.
   * ABORTED: another stream resumed this session, or has it with a stream
   * number that is as high or higher.
   * DEADLINE_EXCEEDED: the dispatcher heard nothing for the leases' ttl, or
   * no Hello came in time.
   * UNAVAILABLE: the store cannot be reached, or this dispatcher is shutting
   * down. Connect again.
   */
  Lease(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_WorkerFrame, _baton_v1_ServerFrame__Output>;
  Lease(options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_WorkerFrame, _baton_v1_ServerFrame__Output>;
  /**
   * Holds a worker's session. The worker says hello and gives credit. The
   * dispatcher grants tasks. The worker keeps its leases with heartbeats and
   * settles them. docs/protocol.md describes the exchange. A frame after Hello
   * whose `frame` is not set (this side does not know its kind) is ignored.
   * 
   * An end with OK is no error: connect again with `Hello.resume_session`,
   * unless the worker itself drained.
   * 
   * Errors:
   * INVALID_ARGUMENT: the first frame is no Hello, a later one is, or a field
   * is out of its range.
   * FAILED_PRECONDITION: the protocol version is not supported.
   * ABORTED: another stream resumed this session, or has it with a stream
   * number that is as high or higher.
   * DEADLINE_EXCEEDED: the dispatcher heard nothing for the leases' ttl, or
   * no Hello came in time.
   * UNAVAILABLE: the store cannot be reached, or this dispatcher is shutting
   * down. Connect again.
   */
  lease(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_WorkerFrame, _baton_v1_ServerFrame__Output>;
  lease(options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_WorkerFrame, _baton_v1_ServerFrame__Output>;
  
  /**
   * Settles leases without a stream, for a worker whose stream is down.
   * Idempotent, item by item.
   * 
   * Errors:
   * INVALID_ARGUMENT: there is no session key, there are no settlements or
   * more than 1000, or one names no lease. Any other error in a settlement
   * is answered in its item.
   * UNAVAILABLE: the store cannot be reached, or its answer is unknown. Send
   * the same again.
   */
  Settle(argument: _baton_v1_SettleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  Settle(argument: _baton_v1_SettleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  Settle(argument: _baton_v1_SettleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  Settle(argument: _baton_v1_SettleRequest, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Settles leases without a stream, for a worker whose stream is down.
   * Idempotent, item by item.
   * 
   * Errors:
   * INVALID_ARGUMENT: there is no session key, there are no settlements or
   * more than 1000, or one names no lease. Any other error in a settlement
   * is answered in its item.
   * UNAVAILABLE: the store cannot be reached, or its answer is unknown. Send
   * the same again.
   */
  settle(argument: _baton_v1_SettleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  settle(argument: _baton_v1_SettleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  settle(argument: _baton_v1_SettleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  settle(argument: _baton_v1_SettleRequest, callback: grpc.requestCallback<_baton_v1_SettleResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Hands tasks to workers and takes their outcomes.
 * 
 * Errors carry details as `TaskService` describes.
 */
export interface WorkerServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Holds a worker's session. The worker says hello and gives credit. The
   * dispatcher grants tasks. The worker keeps its leases with heartbeats and
   * settles them. docs/protocol.md describes the exchange. A frame after Hello
   * whose `frame` is not set (this side does not know its kind) is ignored.
   * 
   * An end with OK is no error: connect again with `Hello.resume_session`,
   * unless the worker itself drained.
   * 
   * Errors:
   * INVALID_ARGUMENT: the first frame is no Hello, a later one is, or a field
   * is out of its range.
   * FAILED_PRECONDITION: the protocol version is not supported.
   * ABORTED: another stream resumed this session, or has it with a stream
   * number that is as high or higher.
   * DEADLINE_EXCEEDED: the dispatcher heard nothing for the leases' ttl, or
   * no Hello came in time.
   * UNAVAILABLE: the store cannot be reached, or this dispatcher is shutting
   * down. Connect again.
   */
  Lease: grpc.handleBidiStreamingCall<_baton_v1_WorkerFrame__Output, _baton_v1_ServerFrame>;
  
  /**
   * Settles leases without a stream, for a worker whose stream is down.
   * Idempotent, item by item.
   * 
   * Errors:
   * INVALID_ARGUMENT: there is no session key, there are no settlements or
   * more than 1000, or one names no lease. Any other error in a settlement
   * is answered in its item.
   * UNAVAILABLE: the store cannot be reached, or its answer is unknown. Send
   * the same again.
   */
  Settle: grpc.handleUnaryCall<_baton_v1_SettleRequest__Output, _baton_v1_SettleResponse>;
  
}

export interface WorkerServiceDefinition extends grpc.ServiceDefinition {
  Lease: MethodDefinition<_baton_v1_WorkerFrame, _baton_v1_ServerFrame, _baton_v1_WorkerFrame__Output, _baton_v1_ServerFrame__Output>
  Settle: MethodDefinition<_baton_v1_SettleRequest, _baton_v1_SettleResponse, _baton_v1_SettleRequest__Output, _baton_v1_SettleResponse__Output>
}
