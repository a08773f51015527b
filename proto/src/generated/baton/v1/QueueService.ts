// Original file: baton/v1/queue_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CountDeadRequest as _baton_v1_CountDeadRequest, CountDeadRequest__Output as _baton_v1_CountDeadRequest__Output } from '../../baton/v1/CountDeadRequest.ts';
import type { CountDeadResponse as _baton_v1_CountDeadResponse, CountDeadResponse__Output as _baton_v1_CountDeadResponse__Output } from '../../baton/v1/CountDeadResponse.ts';
import type { DeleteQueueRequest as _baton_v1_DeleteQueueRequest, DeleteQueueRequest__Output as _baton_v1_DeleteQueueRequest__Output } from '../../baton/v1/DeleteQueueRequest.ts';
import type { DeleteQueueResponse as _baton_v1_DeleteQueueResponse, DeleteQueueResponse__Output as _baton_v1_DeleteQueueResponse__Output } from '../../baton/v1/DeleteQueueResponse.ts';
import type { GetQueueRequest as _baton_v1_GetQueueRequest, GetQueueRequest__Output as _baton_v1_GetQueueRequest__Output } from '../../baton/v1/GetQueueRequest.ts';
import type { GetQueueResponse as _baton_v1_GetQueueResponse, GetQueueResponse__Output as _baton_v1_GetQueueResponse__Output } from '../../baton/v1/GetQueueResponse.ts';
import type { ListQueueKeysRequest as _baton_v1_ListQueueKeysRequest, ListQueueKeysRequest__Output as _baton_v1_ListQueueKeysRequest__Output } from '../../baton/v1/ListQueueKeysRequest.ts';
import type { ListQueueKeysResponse as _baton_v1_ListQueueKeysResponse, ListQueueKeysResponse__Output as _baton_v1_ListQueueKeysResponse__Output } from '../../baton/v1/ListQueueKeysResponse.ts';
import type { ListQueuesRequest as _baton_v1_ListQueuesRequest, ListQueuesRequest__Output as _baton_v1_ListQueuesRequest__Output } from '../../baton/v1/ListQueuesRequest.ts';
import type { ListQueuesResponse as _baton_v1_ListQueuesResponse, ListQueuesResponse__Output as _baton_v1_ListQueuesResponse__Output } from '../../baton/v1/ListQueuesResponse.ts';
import type { PauseQueueRequest as _baton_v1_PauseQueueRequest, PauseQueueRequest__Output as _baton_v1_PauseQueueRequest__Output } from '../../baton/v1/PauseQueueRequest.ts';
import type { PauseQueueResponse as _baton_v1_PauseQueueResponse, PauseQueueResponse__Output as _baton_v1_PauseQueueResponse__Output } from '../../baton/v1/PauseQueueResponse.ts';
import type { PutQueueKeyRequest as _baton_v1_PutQueueKeyRequest, PutQueueKeyRequest__Output as _baton_v1_PutQueueKeyRequest__Output } from '../../baton/v1/PutQueueKeyRequest.ts';
import type { PutQueueKeyResponse as _baton_v1_PutQueueKeyResponse, PutQueueKeyResponse__Output as _baton_v1_PutQueueKeyResponse__Output } from '../../baton/v1/PutQueueKeyResponse.ts';
import type { ResumeQueueRequest as _baton_v1_ResumeQueueRequest, ResumeQueueRequest__Output as _baton_v1_ResumeQueueRequest__Output } from '../../baton/v1/ResumeQueueRequest.ts';
import type { ResumeQueueResponse as _baton_v1_ResumeQueueResponse, ResumeQueueResponse__Output as _baton_v1_ResumeQueueResponse__Output } from '../../baton/v1/ResumeQueueResponse.ts';
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
   * Counts the DEAD tasks of each queue by the type of the failure that they
   * died of. A queue's groups come together, the largest first. The 100 most
   * frequent types of a queue have a group each, all others one without a type
   * (`DeadGroup.failure_type`). Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name is malformed, or the page token is
   * malformed or was made for another request.
   */
  CountDead(argument: _baton_v1_CountDeadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  CountDead(argument: _baton_v1_CountDeadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  CountDead(argument: _baton_v1_CountDeadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  CountDead(argument: _baton_v1_CountDeadRequest, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Counts the DEAD tasks of each queue by the type of the failure that they
   * died of. A queue's groups come together, the largest first. The 100 most
   * frequent types of a queue have a group each, all others one without a type
   * (`DeadGroup.failure_type`). Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name is malformed, or the page token is
   * malformed or was made for another request.
   */
  countDead(argument: _baton_v1_CountDeadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  countDead(argument: _baton_v1_CountDeadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  countDead(argument: _baton_v1_CountDeadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  countDead(argument: _baton_v1_CountDeadRequest, callback: grpc.requestCallback<_baton_v1_CountDeadResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deletes a queue with its settings, those of its keys included, and with its
   * tasks if `purge` says so. It is a queue again as soon as something is
   * submitted to it or a setting of it is changed; a worker that subscribes to
   * it does not make it one. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is missing or malformed.
   * FAILED_PRECONDITION: tasks of it are kept, and `purge` is not set.
   */
  DeleteQueue(argument: _baton_v1_DeleteQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  DeleteQueue(argument: _baton_v1_DeleteQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  DeleteQueue(argument: _baton_v1_DeleteQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  DeleteQueue(argument: _baton_v1_DeleteQueueRequest, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Deletes a queue with its settings, those of its keys included, and with its
   * tasks if `purge` says so. It is a queue again as soon as something is
   * submitted to it or a setting of it is changed; a worker that subscribes to
   * it does not make it one. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is missing or malformed.
   * FAILED_PRECONDITION: tasks of it are kept, and `purge` is not set.
   */
  deleteQueue(argument: _baton_v1_DeleteQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  deleteQueue(argument: _baton_v1_DeleteQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  deleteQueue(argument: _baton_v1_DeleteQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  deleteQueue(argument: _baton_v1_DeleteQueueRequest, callback: grpc.requestCallback<_baton_v1_DeleteQueueResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns one queue with its figures. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   * NOT_FOUND: it has neither tasks nor settings.
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
   * NOT_FOUND: it has neither tasks nor settings.
   */
  getQueue(argument: _baton_v1_GetQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  getQueue(argument: _baton_v1_GetQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  getQueue(argument: _baton_v1_GetQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  getQueue(argument: _baton_v1_GetQueueRequest, callback: grpc.requestCallback<_baton_v1_GetQueueResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns a page of the concurrency keys of a queue that have tasks that are
   * not final, or settings of their own, in no particular order. A key may be
   * on two pages where keys come and go meanwhile. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name is malformed, the filter unknown, or
   * the page token malformed or made for another request.
   */
  ListQueueKeys(argument: _baton_v1_ListQueueKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  ListQueueKeys(argument: _baton_v1_ListQueueKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  ListQueueKeys(argument: _baton_v1_ListQueueKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  ListQueueKeys(argument: _baton_v1_ListQueueKeysRequest, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns a page of the concurrency keys of a queue that have tasks that are
   * not final, or settings of their own, in no particular order. A key may be
   * on two pages where keys come and go meanwhile. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name is malformed, the filter unknown, or
   * the page token malformed or made for another request.
   */
  listQueueKeys(argument: _baton_v1_ListQueueKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  listQueueKeys(argument: _baton_v1_ListQueueKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  listQueueKeys(argument: _baton_v1_ListQueueKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  listQueueKeys(argument: _baton_v1_ListQueueKeysRequest, callback: grpc.requestCallback<_baton_v1_ListQueueKeysResponse__Output>): grpc.ClientUnaryCall;
  
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
   * Pauses a queue: nothing of it is granted, and submits are accepted. What
   * runs goes on. Creates the queue if there is none. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   */
  PauseQueue(argument: _baton_v1_PauseQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  PauseQueue(argument: _baton_v1_PauseQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  PauseQueue(argument: _baton_v1_PauseQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  PauseQueue(argument: _baton_v1_PauseQueueRequest, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Pauses a queue: nothing of it is granted, and submits are accepted. What
   * runs goes on. Creates the queue if there is none. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   */
  pauseQueue(argument: _baton_v1_PauseQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  pauseQueue(argument: _baton_v1_PauseQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  pauseQueue(argument: _baton_v1_PauseQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  pauseQueue(argument: _baton_v1_PauseQueueRequest, callback: grpc.requestCallback<_baton_v1_PauseQueueResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Replaces what one concurrency key has in place of its queue's settings. The
   * key needs no tasks. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name or the key is malformed, or a setting
   * is out of its range.
   * RESOURCE_EXHAUSTED: 10000 keys of the queue have settings of their own
   * (KEYS_FULL).
   */
  PutQueueKey(argument: _baton_v1_PutQueueKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  PutQueueKey(argument: _baton_v1_PutQueueKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  PutQueueKey(argument: _baton_v1_PutQueueKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  PutQueueKey(argument: _baton_v1_PutQueueKeyRequest, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Replaces what one concurrency key has in place of its queue's settings. The
   * key needs no tasks. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name or the key is malformed, or a setting
   * is out of its range.
   * RESOURCE_EXHAUSTED: 10000 keys of the queue have settings of their own
   * (KEYS_FULL).
   */
  putQueueKey(argument: _baton_v1_PutQueueKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  putQueueKey(argument: _baton_v1_PutQueueKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  putQueueKey(argument: _baton_v1_PutQueueKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  putQueueKey(argument: _baton_v1_PutQueueKeyRequest, callback: grpc.requestCallback<_baton_v1_PutQueueKeyResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ends the pause of a queue. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   */
  ResumeQueue(argument: _baton_v1_ResumeQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  ResumeQueue(argument: _baton_v1_ResumeQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  ResumeQueue(argument: _baton_v1_ResumeQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  ResumeQueue(argument: _baton_v1_ResumeQueueRequest, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ends the pause of a queue. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   */
  resumeQueue(argument: _baton_v1_ResumeQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  resumeQueue(argument: _baton_v1_ResumeQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  resumeQueue(argument: _baton_v1_ResumeQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  resumeQueue(argument: _baton_v1_ResumeQueueRequest, callback: grpc.requestCallback<_baton_v1_ResumeQueueResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes settings of a queue, those that `update_mask` names, and leaves the
   * others as they are: two operators who change different settings at once do
   * not undo each other. Creates the queue if there is none. They hold from the
   * next grant of every dispatcher on. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed, a setting is out of its range,
   * the mask names no setting, or there is none to change. In a queue that
   * is spread over partitions also: a limit is below their number.
   */
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  UpdateQueue(argument: _baton_v1_UpdateQueueRequest, callback: grpc.requestCallback<_baton_v1_UpdateQueueResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Changes settings of a queue, those that `update_mask` names, and leaves the
   * others as they are: two operators who change different settings at once do
   * not undo each other. Creates the queue if there is none. They hold from the
   * next grant of every dispatcher on. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed, a setting is out of its range,
   * the mask names no setting, or there is none to change. In a queue that
   * is spread over partitions also: a limit is below their number.
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
   * Counts the DEAD tasks of each queue by the type of the failure that they
   * died of. A queue's groups come together, the largest first. The 100 most
   * frequent types of a queue have a group each, all others one without a type
   * (`DeadGroup.failure_type`). Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name is malformed, or the page token is
   * malformed or was made for another request.
   */
  CountDead: grpc.handleUnaryCall<_baton_v1_CountDeadRequest__Output, _baton_v1_CountDeadResponse>;
  
  /**
   * Deletes a queue with its settings, those of its keys included, and with its
   * tasks if `purge` says so. It is a queue again as soon as something is
   * submitted to it or a setting of it is changed; a worker that subscribes to
   * it does not make it one. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is missing or malformed.
   * FAILED_PRECONDITION: tasks of it are kept, and `purge` is not set.
   */
  DeleteQueue: grpc.handleUnaryCall<_baton_v1_DeleteQueueRequest__Output, _baton_v1_DeleteQueueResponse>;
  
  /**
   * Returns one queue with its figures. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   * NOT_FOUND: it has neither tasks nor settings.
   */
  GetQueue: grpc.handleUnaryCall<_baton_v1_GetQueueRequest__Output, _baton_v1_GetQueueResponse>;
  
  /**
   * Returns a page of the concurrency keys of a queue that have tasks that are
   * not final, or settings of their own, in no particular order. A key may be
   * on two pages where keys come and go meanwhile. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name is malformed, the filter unknown, or
   * the page token malformed or made for another request.
   */
  ListQueueKeys: grpc.handleUnaryCall<_baton_v1_ListQueueKeysRequest__Output, _baton_v1_ListQueueKeysResponse>;
  
  /**
   * Returns every queue with its figures, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListQueues: grpc.handleUnaryCall<_baton_v1_ListQueuesRequest__Output, _baton_v1_ListQueuesResponse>;
  
  /**
   * Pauses a queue: nothing of it is granted, and submits are accepted. What
   * runs goes on. Creates the queue if there is none. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   */
  PauseQueue: grpc.handleUnaryCall<_baton_v1_PauseQueueRequest__Output, _baton_v1_PauseQueueResponse>;
  
  /**
   * Replaces what one concurrency key has in place of its queue's settings. The
   * key needs no tasks. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the queue's name or the key is malformed, or a setting
   * is out of its range.
   * RESOURCE_EXHAUSTED: 10000 keys of the queue have settings of their own
   * (KEYS_FULL).
   */
  PutQueueKey: grpc.handleUnaryCall<_baton_v1_PutQueueKeyRequest__Output, _baton_v1_PutQueueKeyResponse>;
  
  /**
   * Ends the pause of a queue. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed.
   */
  ResumeQueue: grpc.handleUnaryCall<_baton_v1_ResumeQueueRequest__Output, _baton_v1_ResumeQueueResponse>;
  
  /**
   * Changes settings of a queue, those that `update_mask` names, and leaves the
   * others as they are: two operators who change different settings at once do
   * not undo each other. Creates the queue if there is none. They hold from the
   * next grant of every dispatcher on. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: the name is malformed, a setting is out of its range,
   * the mask names no setting, or there is none to change. In a queue that
   * is spread over partitions also: a limit is below their number.
   */
  UpdateQueue: grpc.handleUnaryCall<_baton_v1_UpdateQueueRequest__Output, _baton_v1_UpdateQueueResponse>;
  
}

export interface QueueServiceDefinition extends grpc.ServiceDefinition {
  CountDead: MethodDefinition<_baton_v1_CountDeadRequest, _baton_v1_CountDeadResponse, _baton_v1_CountDeadRequest__Output, _baton_v1_CountDeadResponse__Output>
  DeleteQueue: MethodDefinition<_baton_v1_DeleteQueueRequest, _baton_v1_DeleteQueueResponse, _baton_v1_DeleteQueueRequest__Output, _baton_v1_DeleteQueueResponse__Output>
  GetQueue: MethodDefinition<_baton_v1_GetQueueRequest, _baton_v1_GetQueueResponse, _baton_v1_GetQueueRequest__Output, _baton_v1_GetQueueResponse__Output>
  ListQueueKeys: MethodDefinition<_baton_v1_ListQueueKeysRequest, _baton_v1_ListQueueKeysResponse, _baton_v1_ListQueueKeysRequest__Output, _baton_v1_ListQueueKeysResponse__Output>
  ListQueues: MethodDefinition<_baton_v1_ListQueuesRequest, _baton_v1_ListQueuesResponse, _baton_v1_ListQueuesRequest__Output, _baton_v1_ListQueuesResponse__Output>
  PauseQueue: MethodDefinition<_baton_v1_PauseQueueRequest, _baton_v1_PauseQueueResponse, _baton_v1_PauseQueueRequest__Output, _baton_v1_PauseQueueResponse__Output>
  PutQueueKey: MethodDefinition<_baton_v1_PutQueueKeyRequest, _baton_v1_PutQueueKeyResponse, _baton_v1_PutQueueKeyRequest__Output, _baton_v1_PutQueueKeyResponse__Output>
  ResumeQueue: MethodDefinition<_baton_v1_ResumeQueueRequest, _baton_v1_ResumeQueueResponse, _baton_v1_ResumeQueueRequest__Output, _baton_v1_ResumeQueueResponse__Output>
  UpdateQueue: MethodDefinition<_baton_v1_UpdateQueueRequest, _baton_v1_UpdateQueueResponse, _baton_v1_UpdateQueueRequest__Output, _baton_v1_UpdateQueueResponse__Output>
}
