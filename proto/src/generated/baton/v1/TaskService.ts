// Original file: baton/v1/task_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AwaitRequest as _baton_v1_AwaitRequest, AwaitRequest__Output as _baton_v1_AwaitRequest__Output } from '../../baton/v1/AwaitRequest.ts';
import type { AwaitResponse as _baton_v1_AwaitResponse, AwaitResponse__Output as _baton_v1_AwaitResponse__Output } from '../../baton/v1/AwaitResponse.ts';
import type { AwaitStreamRequest as _baton_v1_AwaitStreamRequest, AwaitStreamRequest__Output as _baton_v1_AwaitStreamRequest__Output } from '../../baton/v1/AwaitStreamRequest.ts';
import type { AwaitStreamResponse as _baton_v1_AwaitStreamResponse, AwaitStreamResponse__Output as _baton_v1_AwaitStreamResponse__Output } from '../../baton/v1/AwaitStreamResponse.ts';
import type { CancelRequest as _baton_v1_CancelRequest, CancelRequest__Output as _baton_v1_CancelRequest__Output } from '../../baton/v1/CancelRequest.ts';
import type { CancelResponse as _baton_v1_CancelResponse, CancelResponse__Output as _baton_v1_CancelResponse__Output } from '../../baton/v1/CancelResponse.ts';
import type { DeleteRequest as _baton_v1_DeleteRequest, DeleteRequest__Output as _baton_v1_DeleteRequest__Output } from '../../baton/v1/DeleteRequest.ts';
import type { DeleteResponse as _baton_v1_DeleteResponse, DeleteResponse__Output as _baton_v1_DeleteResponse__Output } from '../../baton/v1/DeleteResponse.ts';
import type { ExplainRequest as _baton_v1_ExplainRequest, ExplainRequest__Output as _baton_v1_ExplainRequest__Output } from '../../baton/v1/ExplainRequest.ts';
import type { ExplainResponse as _baton_v1_ExplainResponse, ExplainResponse__Output as _baton_v1_ExplainResponse__Output } from '../../baton/v1/ExplainResponse.ts';
import type { GetRequest as _baton_v1_GetRequest, GetRequest__Output as _baton_v1_GetRequest__Output } from '../../baton/v1/GetRequest.ts';
import type { GetResponse as _baton_v1_GetResponse, GetResponse__Output as _baton_v1_GetResponse__Output } from '../../baton/v1/GetResponse.ts';
import type { ListRequest as _baton_v1_ListRequest, ListRequest__Output as _baton_v1_ListRequest__Output } from '../../baton/v1/ListRequest.ts';
import type { ListResponse as _baton_v1_ListResponse, ListResponse__Output as _baton_v1_ListResponse__Output } from '../../baton/v1/ListResponse.ts';
import type { RedriveRequest as _baton_v1_RedriveRequest, RedriveRequest__Output as _baton_v1_RedriveRequest__Output } from '../../baton/v1/RedriveRequest.ts';
import type { RedriveResponse as _baton_v1_RedriveResponse, RedriveResponse__Output as _baton_v1_RedriveResponse__Output } from '../../baton/v1/RedriveResponse.ts';
import type { RunNowRequest as _baton_v1_RunNowRequest, RunNowRequest__Output as _baton_v1_RunNowRequest__Output } from '../../baton/v1/RunNowRequest.ts';
import type { RunNowResponse as _baton_v1_RunNowResponse, RunNowResponse__Output as _baton_v1_RunNowResponse__Output } from '../../baton/v1/RunNowResponse.ts';
import type { SubmitBatchRequest as _baton_v1_SubmitBatchRequest, SubmitBatchRequest__Output as _baton_v1_SubmitBatchRequest__Output } from '../../baton/v1/SubmitBatchRequest.ts';
import type { SubmitBatchResponse as _baton_v1_SubmitBatchResponse, SubmitBatchResponse__Output as _baton_v1_SubmitBatchResponse__Output } from '../../baton/v1/SubmitBatchResponse.ts';
import type { SubmitRequest as _baton_v1_SubmitRequest, SubmitRequest__Output as _baton_v1_SubmitRequest__Output } from '../../baton/v1/SubmitRequest.ts';
import type { SubmitResponse as _baton_v1_SubmitResponse, SubmitResponse__Output as _baton_v1_SubmitResponse__Output } from '../../baton/v1/SubmitResponse.ts';
import type { SubmitStreamRequest as _baton_v1_SubmitStreamRequest, SubmitStreamRequest__Output as _baton_v1_SubmitStreamRequest__Output } from '../../baton/v1/SubmitStreamRequest.ts';
import type { SubmitStreamResponse as _baton_v1_SubmitStreamResponse, SubmitStreamResponse__Output as _baton_v1_SubmitStreamResponse__Output } from '../../baton/v1/SubmitStreamResponse.ts';
import type { WatchRequest as _baton_v1_WatchRequest, WatchRequest__Output as _baton_v1_WatchRequest__Output } from '../../baton/v1/WatchRequest.ts';
import type { WatchResponse as _baton_v1_WatchResponse, WatchResponse__Output as _baton_v1_WatchResponse__Output } from '../../baton/v1/WatchResponse.ts';

/**
 * Submits tasks and tells what became of them.
 * 
 * Every error carries a `google.rpc.ErrorInfo` with the domain `baton`, in
 * `grpc-status-details-bin`. INVALID_ARGUMENT also carries a
 * `google.rpc.BadRequest` that names each wrong field. An error that is worth a
 * retry carries a `google.rpc.RetryInfo`. Every method may also end with:
 * UNAVAILABLE: the store cannot be reached, its answer is unknown, or this
 * dispatcher is shutting down. Try again after the delay in `RetryInfo`.
 * INTERNAL: a bug. Only the dispatcher's log has the details.
 */
export interface TaskServiceClient extends grpc.Client {
  /**
   * Waits until a task is final and returns it. If it is final already, returns
   * at once. Waits up to the call's deadline. Reads only: to go on waiting,
   * call again.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * DEADLINE_EXCEEDED: the task was not final at the call's deadline.
   */
  Await(argument: _baton_v1_AwaitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  Await(argument: _baton_v1_AwaitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  Await(argument: _baton_v1_AwaitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  Await(argument: _baton_v1_AwaitRequest, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Waits until a task is final and returns it. If it is final already, returns
   * at once. Waits up to the call's deadline. Reads only: to go on waiting,
   * call again.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * DEADLINE_EXCEEDED: the task was not final at the call's deadline.
   */
  await(argument: _baton_v1_AwaitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  await(argument: _baton_v1_AwaitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  await(argument: _baton_v1_AwaitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  await(argument: _baton_v1_AwaitRequest, callback: grpc.requestCallback<_baton_v1_AwaitResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Waits for many tasks over one stream: up to 10000 at a time. Each item is
   * answered once its task is final, with the sequence number that the client
   * gave it. Answers come as the tasks end, in any order. The client
   * half-closes when it has no more; the dispatcher ends the stream after the
   * last answer. Reads only: after a broken stream, await the unanswered items
   * again.
   * 
   * Errors:
   * INVALID_ARGUMENT: a message has more than 1000 items or forgets, an item
   * has the sequence number of another that is awaited, or more than 10000
   * are awaited. An error in one task is answered in its item.
   */
  AwaitStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_AwaitStreamRequest, _baton_v1_AwaitStreamResponse__Output>;
  AwaitStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_AwaitStreamRequest, _baton_v1_AwaitStreamResponse__Output>;
  /**
   * Waits for many tasks over one stream: up to 10000 at a time. Each item is
   * answered once its task is final, with the sequence number that the client
   * gave it. Answers come as the tasks end, in any order. The client
   * half-closes when it has no more; the dispatcher ends the stream after the
   * last answer. Reads only: after a broken stream, await the unanswered items
   * again.
   * 
   * Errors:
   * INVALID_ARGUMENT: a message has more than 1000 items or forgets, an item
   * has the sequence number of another that is awaited, or more than 10000
   * are awaited. An error in one task is answered in its item.
   */
  awaitStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_AwaitStreamRequest, _baton_v1_AwaitStreamResponse__Output>;
  awaitStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_AwaitStreamRequest, _baton_v1_AwaitStreamResponse__Output>;
  
  /**
   * Cancels a task: it is CANCELLED at once and never leased again. If a worker
   * holds it, the worker is told to stop, and its settlement will be STALE.
   * Idempotent: a CANCELLED task is returned as it is.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed, or the reason too long.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is final in another state.
   */
  Cancel(argument: _baton_v1_CancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _baton_v1_CancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _baton_v1_CancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _baton_v1_CancelRequest, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Cancels a task: it is CANCELLED at once and never leased again. If a worker
   * holds it, the worker is told to stop, and its settlement will be STALE.
   * Idempotent: a CANCELLED task is returned as it is.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed, or the reason too long.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is final in another state.
   */
  cancel(argument: _baton_v1_CancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _baton_v1_CancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _baton_v1_CancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  cancel(argument: _baton_v1_CancelRequest, callback: grpc.requestCallback<_baton_v1_CancelResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deletes a final task before its retention is over, with its payload, its
   * result and all else. Its request id is free at once: a submit with it
   * creates a new task. A repeat deletes nothing: it is answered with NOT_FOUND.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task (any more), or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is not final. Cancel it first.
   */
  Delete(argument: _baton_v1_DeleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _baton_v1_DeleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _baton_v1_DeleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _baton_v1_DeleteRequest, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Deletes a final task before its retention is over, with its payload, its
   * result and all else. Its request id is free at once: a submit with it
   * creates a new task. A repeat deletes nothing: it is answered with NOT_FOUND.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task (any more), or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is not final. Cancel it first.
   */
  delete(argument: _baton_v1_DeleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _baton_v1_DeleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _baton_v1_DeleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _baton_v1_DeleteRequest, callback: grpc.requestCallback<_baton_v1_DeleteResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Says why a task is not running, in words and in fields. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  Explain(argument: _baton_v1_ExplainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _baton_v1_ExplainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _baton_v1_ExplainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  Explain(argument: _baton_v1_ExplainRequest, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Says why a task is not running, in words and in fields. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  explain(argument: _baton_v1_ExplainRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _baton_v1_ExplainRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _baton_v1_ExplainRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  explain(argument: _baton_v1_ExplainRequest, callback: grpc.requestCallback<_baton_v1_ExplainResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns one task, by its id or by its queue and request id. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id, the queue's name or the request id is malformed
   * or missing, or both ways are used at once.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  Get(argument: _baton_v1_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _baton_v1_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _baton_v1_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _baton_v1_GetRequest, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns one task, by its id or by its queue and request id. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id, the queue's name or the request id is malformed
   * or missing, or both ways are used at once.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  get(argument: _baton_v1_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _baton_v1_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _baton_v1_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _baton_v1_GetRequest, callback: grpc.requestCallback<_baton_v1_GetResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns a page of the tasks of one queue: state by state (see
   * `ListRequest.states`), and within a state in the order in which it is
   * worked off, or the other way round (`newest_first`). Reads only.
   * 
   * A task that keeps its state and place from the first page to the last is
   * listed exactly once, whatever happens to others. A task that moves between
   * two pages (is promoted, leased, settled, redriven) may be missed or
   * repeated.
   * 
   * Errors:
   * INVALID_ARGUMENT: a filter is out of its range, or the page token is
   * malformed or was made for another request.
   */
  List(argument: _baton_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _baton_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _baton_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _baton_v1_ListRequest, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns a page of the tasks of one queue: state by state (see
   * `ListRequest.states`), and within a state in the order in which it is
   * worked off, or the other way round (`newest_first`). Reads only.
   * 
   * A task that keeps its state and place from the first page to the last is
   * listed exactly once, whatever happens to others. A task that moves between
   * two pages (is promoted, leased, settled, redriven) may be missed or
   * repeated.
   * 
   * Errors:
   * INVALID_ARGUMENT: a filter is out of its range, or the page token is
   * malformed or was made for another request.
   */
  list(argument: _baton_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _baton_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _baton_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _baton_v1_ListRequest, callback: grpc.requestCallback<_baton_v1_ListResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Gives a DEAD task all its attempts again and makes it READY. A repeat
   * redrives nothing: a task that is no longer DEAD is refused.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is not DEAD.
   */
  Redrive(argument: _baton_v1_RedriveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  Redrive(argument: _baton_v1_RedriveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  Redrive(argument: _baton_v1_RedriveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  Redrive(argument: _baton_v1_RedriveRequest, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Gives a DEAD task all its attempts again and makes it READY. A repeat
   * redrives nothing: a task that is no longer DEAD is refused.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is not DEAD.
   */
  redrive(argument: _baton_v1_RedriveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  redrive(argument: _baton_v1_RedriveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  redrive(argument: _baton_v1_RedriveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  redrive(argument: _baton_v1_RedriveRequest, callback: grpc.requestCallback<_baton_v1_RedriveResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Makes a SCHEDULED task READY before its time. If it never ran, it queues up
   * behind what is due, and its start deadline counts from now; if it backs
   * off, it keeps its place. Idempotent: a READY task is returned as it is.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is LEASED or final.
   */
  RunNow(argument: _baton_v1_RunNowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  RunNow(argument: _baton_v1_RunNowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  RunNow(argument: _baton_v1_RunNowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  RunNow(argument: _baton_v1_RunNowRequest, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Makes a SCHEDULED task READY before its time. If it never ran, it queues up
   * behind what is due, and its start deadline counts from now; if it backs
   * off, it keeps its place. Idempotent: a READY task is returned as it is.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is LEASED or final.
   */
  runNow(argument: _baton_v1_RunNowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  runNow(argument: _baton_v1_RunNowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  runNow(argument: _baton_v1_RunNowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  runNow(argument: _baton_v1_RunNowRequest, callback: grpc.requestCallback<_baton_v1_RunNowResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores one task and returns its id. Idempotent if the spec has a request
   * id.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field of the spec is missing or out of its range.
   * ALREADY_EXISTS: the request id belongs to a task with another spec.
   * RESOURCE_EXHAUSTED: the backlog of the queue or of the concurrency key is
   * full (QUEUE_FULL), or the store is.
   */
  Submit(argument: _baton_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _baton_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _baton_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _baton_v1_SubmitRequest, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores one task and returns its id. Idempotent if the spec has a request
   * id.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field of the spec is missing or out of its range.
   * ALREADY_EXISTS: the request id belongs to a task with another spec.
   * RESOURCE_EXHAUSTED: the backlog of the queue or of the concurrency key is
   * full (QUEUE_FULL), or the store is.
   */
  submit(argument: _baton_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _baton_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _baton_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _baton_v1_SubmitRequest, callback: grpc.requestCallback<_baton_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores up to 1000 tasks. Each item succeeds or fails by itself. An item is
   * idempotent if its spec has a request id.
   * 
   * Errors:
   * INVALID_ARGUMENT: no tasks, or more than 1000. An error in one task is
   * answered in its item.
   */
  SubmitBatch(argument: _baton_v1_SubmitBatchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  SubmitBatch(argument: _baton_v1_SubmitBatchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  SubmitBatch(argument: _baton_v1_SubmitBatchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  SubmitBatch(argument: _baton_v1_SubmitBatchRequest, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores up to 1000 tasks. Each item succeeds or fails by itself. An item is
   * idempotent if its spec has a request id.
   * 
   * Errors:
   * INVALID_ARGUMENT: no tasks, or more than 1000. An error in one task is
   * answered in its item.
   */
  submitBatch(argument: _baton_v1_SubmitBatchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  submitBatch(argument: _baton_v1_SubmitBatchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  submitBatch(argument: _baton_v1_SubmitBatchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  submitBatch(argument: _baton_v1_SubmitBatchRequest, callback: grpc.requestCallback<_baton_v1_SubmitBatchResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores tasks as they arrive. The answer to an item carries the sequence
   * number that the client gave it. Answers may come in another order. The
   * client half-closes when it has no more; the dispatcher ends the stream
   * after the last answer. An item is idempotent if its spec has a request id:
   * after a broken stream, send the unanswered items again.
   * 
   * Errors:
   * INVALID_ARGUMENT: a message has more than 1000 items. An error in one
   * task is answered in its item.
   */
  SubmitStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_SubmitStreamRequest, _baton_v1_SubmitStreamResponse__Output>;
  SubmitStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_SubmitStreamRequest, _baton_v1_SubmitStreamResponse__Output>;
  /**
   * Stores tasks as they arrive. The answer to an item carries the sequence
   * number that the client gave it. Answers may come in another order. The
   * client half-closes when it has no more; the dispatcher ends the stream
   * after the last answer. An item is idempotent if its spec has a request id:
   * after a broken stream, send the unanswered items again.
   * 
   * Errors:
   * INVALID_ARGUMENT: a message has more than 1000 items. An error in one
   * task is answered in its item.
   */
  submitStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_SubmitStreamRequest, _baton_v1_SubmitStreamResponse__Output>;
  submitStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_baton_v1_SubmitStreamRequest, _baton_v1_SubmitStreamResponse__Output>;
  
  /**
   * Returns a task now, and again after each change of its state or progress.
   * Once the task is final, the stream ends with OK. Changes in quick
   * succession may be merged; the final state is always sent. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  Watch(argument: _baton_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_baton_v1_WatchResponse__Output>;
  Watch(argument: _baton_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_baton_v1_WatchResponse__Output>;
  /**
   * Returns a task now, and again after each change of its state or progress.
   * Once the task is final, the stream ends with OK. Changes in quick
   * succession may be merged; the final state is always sent. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  watch(argument: _baton_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_baton_v1_WatchResponse__Output>;
  watch(argument: _baton_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_baton_v1_WatchResponse__Output>;
  
}

/**
 * Submits tasks and tells what became of them.
 * 
 * Every error carries a `google.rpc.ErrorInfo` with the domain `baton`, in
 * `grpc-status-details-bin`. INVALID_ARGUMENT also carries a
 * `google.rpc.BadRequest` that names each wrong field. An error that is worth a
 * retry carries a `google.rpc.RetryInfo`. Every method may also end with:
 * UNAVAILABLE: the store cannot be reached, its answer is unknown, or this
 * dispatcher is shutting down. Try again after the delay in `RetryInfo`.
 * INTERNAL: a bug. Only the dispatcher's log has the details.
 */
export interface TaskServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Waits until a task is final and returns it. If it is final already, returns
   * at once. Waits up to the call's deadline. Reads only: to go on waiting,
   * call again.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * DEADLINE_EXCEEDED: the task was not final at the call's deadline.
   */
  Await: grpc.handleUnaryCall<_baton_v1_AwaitRequest__Output, _baton_v1_AwaitResponse>;
  
  /**
   * Waits for many tasks over one stream: up to 10000 at a time. Each item is
   * answered once its task is final, with the sequence number that the client
   * gave it. Answers come as the tasks end, in any order. The client
   * half-closes when it has no more; the dispatcher ends the stream after the
   * last answer. Reads only: after a broken stream, await the unanswered items
   * again.
   * 
   * Errors:
   * INVALID_ARGUMENT: a message has more than 1000 items or forgets, an item
   * has the sequence number of another that is awaited, or more than 10000
   * are awaited. An error in one task is answered in its item.
   */
  AwaitStream: grpc.handleBidiStreamingCall<_baton_v1_AwaitStreamRequest__Output, _baton_v1_AwaitStreamResponse>;
  
  /**
   * Cancels a task: it is CANCELLED at once and never leased again. If a worker
   * holds it, the worker is told to stop, and its settlement will be STALE.
   * Idempotent: a CANCELLED task is returned as it is.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed, or the reason too long.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is final in another state.
   */
  Cancel: grpc.handleUnaryCall<_baton_v1_CancelRequest__Output, _baton_v1_CancelResponse>;
  
  /**
   * Deletes a final task before its retention is over, with its payload, its
   * result and all else. Its request id is free at once: a submit with it
   * creates a new task. A repeat deletes nothing: it is answered with NOT_FOUND.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task (any more), or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is not final. Cancel it first.
   */
  Delete: grpc.handleUnaryCall<_baton_v1_DeleteRequest__Output, _baton_v1_DeleteResponse>;
  
  /**
   * Says why a task is not running, in words and in fields. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  Explain: grpc.handleUnaryCall<_baton_v1_ExplainRequest__Output, _baton_v1_ExplainResponse>;
  
  /**
   * Returns one task, by its id or by its queue and request id. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id, the queue's name or the request id is malformed
   * or missing, or both ways are used at once.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  Get: grpc.handleUnaryCall<_baton_v1_GetRequest__Output, _baton_v1_GetResponse>;
  
  /**
   * Returns a page of the tasks of one queue: state by state (see
   * `ListRequest.states`), and within a state in the order in which it is
   * worked off, or the other way round (`newest_first`). Reads only.
   * 
   * A task that keeps its state and place from the first page to the last is
   * listed exactly once, whatever happens to others. A task that moves between
   * two pages (is promoted, leased, settled, redriven) may be missed or
   * repeated.
   * 
   * Errors:
   * INVALID_ARGUMENT: a filter is out of its range, or the page token is
   * malformed or was made for another request.
   */
  List: grpc.handleUnaryCall<_baton_v1_ListRequest__Output, _baton_v1_ListResponse>;
  
  /**
   * Gives a DEAD task all its attempts again and makes it READY. A repeat
   * redrives nothing: a task that is no longer DEAD is refused.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is not DEAD.
   */
  Redrive: grpc.handleUnaryCall<_baton_v1_RedriveRequest__Output, _baton_v1_RedriveResponse>;
  
  /**
   * Makes a SCHEDULED task READY before its time. If it never ran, it queues up
   * behind what is due, and its start deadline counts from now; if it backs
   * off, it keeps its place. Idempotent: a READY task is returned as it is.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   * FAILED_PRECONDITION: the task is LEASED or final.
   */
  RunNow: grpc.handleUnaryCall<_baton_v1_RunNowRequest__Output, _baton_v1_RunNowResponse>;
  
  /**
   * Stores one task and returns its id. Idempotent if the spec has a request
   * id.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field of the spec is missing or out of its range.
   * ALREADY_EXISTS: the request id belongs to a task with another spec.
   * RESOURCE_EXHAUSTED: the backlog of the queue or of the concurrency key is
   * full (QUEUE_FULL), or the store is.
   */
  Submit: grpc.handleUnaryCall<_baton_v1_SubmitRequest__Output, _baton_v1_SubmitResponse>;
  
  /**
   * Stores up to 1000 tasks. Each item succeeds or fails by itself. An item is
   * idempotent if its spec has a request id.
   * 
   * Errors:
   * INVALID_ARGUMENT: no tasks, or more than 1000. An error in one task is
   * answered in its item.
   */
  SubmitBatch: grpc.handleUnaryCall<_baton_v1_SubmitBatchRequest__Output, _baton_v1_SubmitBatchResponse>;
  
  /**
   * Stores tasks as they arrive. The answer to an item carries the sequence
   * number that the client gave it. Answers may come in another order. The
   * client half-closes when it has no more; the dispatcher ends the stream
   * after the last answer. An item is idempotent if its spec has a request id:
   * after a broken stream, send the unanswered items again.
   * 
   * Errors:
   * INVALID_ARGUMENT: a message has more than 1000 items. An error in one
   * task is answered in its item.
   */
  SubmitStream: grpc.handleBidiStreamingCall<_baton_v1_SubmitStreamRequest__Output, _baton_v1_SubmitStreamResponse>;
  
  /**
   * Returns a task now, and again after each change of its state or progress.
   * Once the task is final, the stream ends with OK. Changes in quick
   * succession may be merged; the final state is always sent. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the id is malformed.
   * NOT_FOUND: there is no such task, or it is past its retention
   * (TASK_PURGED, if its id tells).
   */
  Watch: grpc.handleServerStreamingCall<_baton_v1_WatchRequest__Output, _baton_v1_WatchResponse>;
  
}

export interface TaskServiceDefinition extends grpc.ServiceDefinition {
  Await: MethodDefinition<_baton_v1_AwaitRequest, _baton_v1_AwaitResponse, _baton_v1_AwaitRequest__Output, _baton_v1_AwaitResponse__Output>
  AwaitStream: MethodDefinition<_baton_v1_AwaitStreamRequest, _baton_v1_AwaitStreamResponse, _baton_v1_AwaitStreamRequest__Output, _baton_v1_AwaitStreamResponse__Output>
  Cancel: MethodDefinition<_baton_v1_CancelRequest, _baton_v1_CancelResponse, _baton_v1_CancelRequest__Output, _baton_v1_CancelResponse__Output>
  Delete: MethodDefinition<_baton_v1_DeleteRequest, _baton_v1_DeleteResponse, _baton_v1_DeleteRequest__Output, _baton_v1_DeleteResponse__Output>
  Explain: MethodDefinition<_baton_v1_ExplainRequest, _baton_v1_ExplainResponse, _baton_v1_ExplainRequest__Output, _baton_v1_ExplainResponse__Output>
  Get: MethodDefinition<_baton_v1_GetRequest, _baton_v1_GetResponse, _baton_v1_GetRequest__Output, _baton_v1_GetResponse__Output>
  List: MethodDefinition<_baton_v1_ListRequest, _baton_v1_ListResponse, _baton_v1_ListRequest__Output, _baton_v1_ListResponse__Output>
  Redrive: MethodDefinition<_baton_v1_RedriveRequest, _baton_v1_RedriveResponse, _baton_v1_RedriveRequest__Output, _baton_v1_RedriveResponse__Output>
  RunNow: MethodDefinition<_baton_v1_RunNowRequest, _baton_v1_RunNowResponse, _baton_v1_RunNowRequest__Output, _baton_v1_RunNowResponse__Output>
  Submit: MethodDefinition<_baton_v1_SubmitRequest, _baton_v1_SubmitResponse, _baton_v1_SubmitRequest__Output, _baton_v1_SubmitResponse__Output>
  SubmitBatch: MethodDefinition<_baton_v1_SubmitBatchRequest, _baton_v1_SubmitBatchResponse, _baton_v1_SubmitBatchRequest__Output, _baton_v1_SubmitBatchResponse__Output>
  SubmitStream: MethodDefinition<_baton_v1_SubmitStreamRequest, _baton_v1_SubmitStreamResponse, _baton_v1_SubmitStreamRequest__Output, _baton_v1_SubmitStreamResponse__Output>
  Watch: MethodDefinition<_baton_v1_WatchRequest, _baton_v1_WatchResponse, _baton_v1_WatchRequest__Output, _baton_v1_WatchResponse__Output>
}
