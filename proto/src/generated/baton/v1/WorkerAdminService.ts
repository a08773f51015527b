// Original file: baton/v1/worker_admin_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DrainWorkerRequest as _baton_v1_DrainWorkerRequest, DrainWorkerRequest__Output as _baton_v1_DrainWorkerRequest__Output } from '../../baton/v1/DrainWorkerRequest.ts';
import type { DrainWorkerResponse as _baton_v1_DrainWorkerResponse, DrainWorkerResponse__Output as _baton_v1_DrainWorkerResponse__Output } from '../../baton/v1/DrainWorkerResponse.ts';
import type { ListWorkersRequest as _baton_v1_ListWorkersRequest, ListWorkersRequest__Output as _baton_v1_ListWorkersRequest__Output } from '../../baton/v1/ListWorkersRequest.ts';
import type { ListWorkersResponse as _baton_v1_ListWorkersResponse, ListWorkersResponse__Output as _baton_v1_ListWorkersResponse__Output } from '../../baton/v1/ListWorkersResponse.ts';

/**
 * Lists workers and asks them to go. Any dispatcher answers for the workers of
 * all.
 * 
 * Errors carry details as `TaskService` describes.
 */
export interface WorkerAdminServiceClient extends grpc.Client {
  /**
   * Asks a worker to finish what it has and go. Its sessions are granted
   * nothing more, and it is told at once, wherever it is connected. It leaves
   * when it has finished or released its tasks; see `Dismiss`. A worker that
   * does not know that frame stays, without tasks, until it is stopped.
   * Idempotent; the reason given first stays.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is malformed, or there is not one of
   * `session_id` and `worker_id`.
   * NOT_FOUND: no such session lives.
   */
  DrainWorker(argument: _baton_v1_DrainWorkerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  DrainWorker(argument: _baton_v1_DrainWorkerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  DrainWorker(argument: _baton_v1_DrainWorkerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  DrainWorker(argument: _baton_v1_DrainWorkerRequest, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Asks a worker to finish what it has and go. Its sessions are granted
   * nothing more, and it is told at once, wherever it is connected. It leaves
   * when it has finished or released its tasks; see `Dismiss`. A worker that
   * does not know that frame stays, without tasks, until it is stopped.
   * Idempotent; the reason given first stays.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is malformed, or there is not one of
   * `session_id` and `worker_id`.
   * NOT_FOUND: no such session lives.
   */
  drainWorker(argument: _baton_v1_DrainWorkerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _baton_v1_DrainWorkerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _baton_v1_DrainWorkerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _baton_v1_DrainWorkerRequest, callback: grpc.requestCallback<_baton_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists the sessions of workers, each once: those that live from the first
   * page to the last. One whose worker died is listed until its ttl has passed.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is malformed, or the page token belongs to
   * another request.
   */
  ListWorkers(argument: _baton_v1_ListWorkersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkers(argument: _baton_v1_ListWorkersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkers(argument: _baton_v1_ListWorkersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkers(argument: _baton_v1_ListWorkersRequest, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists the sessions of workers, each once: those that live from the first
   * page to the last. One whose worker died is listed until its ttl has passed.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is malformed, or the page token belongs to
   * another request.
   */
  listWorkers(argument: _baton_v1_ListWorkersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _baton_v1_ListWorkersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _baton_v1_ListWorkersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _baton_v1_ListWorkersRequest, callback: grpc.requestCallback<_baton_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Lists workers and asks them to go. Any dispatcher answers for the workers of
 * all.
 * 
 * Errors carry details as `TaskService` describes.
 */
export interface WorkerAdminServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Asks a worker to finish what it has and go. Its sessions are granted
   * nothing more, and it is told at once, wherever it is connected. It leaves
   * when it has finished or released its tasks; see `Dismiss`. A worker that
   * does not know that frame stays, without tasks, until it is stopped.
   * Idempotent; the reason given first stays.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is malformed, or there is not one of
   * `session_id` and `worker_id`.
   * NOT_FOUND: no such session lives.
   */
  DrainWorker: grpc.handleUnaryCall<_baton_v1_DrainWorkerRequest__Output, _baton_v1_DrainWorkerResponse>;
  
  /**
   * Lists the sessions of workers, each once: those that live from the first
   * page to the last. One whose worker died is listed until its ttl has passed.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is malformed, or the page token belongs to
   * another request.
   */
  ListWorkers: grpc.handleUnaryCall<_baton_v1_ListWorkersRequest__Output, _baton_v1_ListWorkersResponse>;
  
}

export interface WorkerAdminServiceDefinition extends grpc.ServiceDefinition {
  DrainWorker: MethodDefinition<_baton_v1_DrainWorkerRequest, _baton_v1_DrainWorkerResponse, _baton_v1_DrainWorkerRequest__Output, _baton_v1_DrainWorkerResponse__Output>
  ListWorkers: MethodDefinition<_baton_v1_ListWorkersRequest, _baton_v1_ListWorkersResponse, _baton_v1_ListWorkersRequest__Output, _baton_v1_ListWorkersResponse__Output>
}
