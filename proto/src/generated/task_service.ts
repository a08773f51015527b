import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { AwaitForget as _baton_v1_AwaitForget, AwaitForget__Output as _baton_v1_AwaitForget__Output } from './baton/v1/AwaitForget.ts';
import type { AwaitItem as _baton_v1_AwaitItem, AwaitItem__Output as _baton_v1_AwaitItem__Output } from './baton/v1/AwaitItem.ts';
import type { AwaitItemResult as _baton_v1_AwaitItemResult, AwaitItemResult__Output as _baton_v1_AwaitItemResult__Output } from './baton/v1/AwaitItemResult.ts';
import type { AwaitRequest as _baton_v1_AwaitRequest, AwaitRequest__Output as _baton_v1_AwaitRequest__Output } from './baton/v1/AwaitRequest.ts';
import type { AwaitResponse as _baton_v1_AwaitResponse, AwaitResponse__Output as _baton_v1_AwaitResponse__Output } from './baton/v1/AwaitResponse.ts';
import type { AwaitStreamRequest as _baton_v1_AwaitStreamRequest, AwaitStreamRequest__Output as _baton_v1_AwaitStreamRequest__Output } from './baton/v1/AwaitStreamRequest.ts';
import type { AwaitStreamResponse as _baton_v1_AwaitStreamResponse, AwaitStreamResponse__Output as _baton_v1_AwaitStreamResponse__Output } from './baton/v1/AwaitStreamResponse.ts';
import type { CancelRequest as _baton_v1_CancelRequest, CancelRequest__Output as _baton_v1_CancelRequest__Output } from './baton/v1/CancelRequest.ts';
import type { CancelResponse as _baton_v1_CancelResponse, CancelResponse__Output as _baton_v1_CancelResponse__Output } from './baton/v1/CancelResponse.ts';
import type { DeleteRequest as _baton_v1_DeleteRequest, DeleteRequest__Output as _baton_v1_DeleteRequest__Output } from './baton/v1/DeleteRequest.ts';
import type { DeleteResponse as _baton_v1_DeleteResponse, DeleteResponse__Output as _baton_v1_DeleteResponse__Output } from './baton/v1/DeleteResponse.ts';
import type { ExplainReason as _baton_v1_ExplainReason, ExplainReason__Output as _baton_v1_ExplainReason__Output } from './baton/v1/ExplainReason.ts';
import type { ExplainRequest as _baton_v1_ExplainRequest, ExplainRequest__Output as _baton_v1_ExplainRequest__Output } from './baton/v1/ExplainRequest.ts';
import type { ExplainResponse as _baton_v1_ExplainResponse, ExplainResponse__Output as _baton_v1_ExplainResponse__Output } from './baton/v1/ExplainResponse.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { GetRequest as _baton_v1_GetRequest, GetRequest__Output as _baton_v1_GetRequest__Output } from './baton/v1/GetRequest.ts';
import type { GetResponse as _baton_v1_GetResponse, GetResponse__Output as _baton_v1_GetResponse__Output } from './baton/v1/GetResponse.ts';
import type { ListRequest as _baton_v1_ListRequest, ListRequest__Output as _baton_v1_ListRequest__Output } from './baton/v1/ListRequest.ts';
import type { ListResponse as _baton_v1_ListResponse, ListResponse__Output as _baton_v1_ListResponse__Output } from './baton/v1/ListResponse.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { RedriveRequest as _baton_v1_RedriveRequest, RedriveRequest__Output as _baton_v1_RedriveRequest__Output } from './baton/v1/RedriveRequest.ts';
import type { RedriveResponse as _baton_v1_RedriveResponse, RedriveResponse__Output as _baton_v1_RedriveResponse__Output } from './baton/v1/RedriveResponse.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { RunNowRequest as _baton_v1_RunNowRequest, RunNowRequest__Output as _baton_v1_RunNowRequest__Output } from './baton/v1/RunNowRequest.ts';
import type { RunNowResponse as _baton_v1_RunNowResponse, RunNowResponse__Output as _baton_v1_RunNowResponse__Output } from './baton/v1/RunNowResponse.ts';
import type { SubmitBatchRequest as _baton_v1_SubmitBatchRequest, SubmitBatchRequest__Output as _baton_v1_SubmitBatchRequest__Output } from './baton/v1/SubmitBatchRequest.ts';
import type { SubmitBatchResponse as _baton_v1_SubmitBatchResponse, SubmitBatchResponse__Output as _baton_v1_SubmitBatchResponse__Output } from './baton/v1/SubmitBatchResponse.ts';
import type { SubmitItem as _baton_v1_SubmitItem, SubmitItem__Output as _baton_v1_SubmitItem__Output } from './baton/v1/SubmitItem.ts';
import type { SubmitItemResult as _baton_v1_SubmitItemResult, SubmitItemResult__Output as _baton_v1_SubmitItemResult__Output } from './baton/v1/SubmitItemResult.ts';
import type { SubmitReceipt as _baton_v1_SubmitReceipt, SubmitReceipt__Output as _baton_v1_SubmitReceipt__Output } from './baton/v1/SubmitReceipt.ts';
import type { SubmitRequest as _baton_v1_SubmitRequest, SubmitRequest__Output as _baton_v1_SubmitRequest__Output } from './baton/v1/SubmitRequest.ts';
import type { SubmitResponse as _baton_v1_SubmitResponse, SubmitResponse__Output as _baton_v1_SubmitResponse__Output } from './baton/v1/SubmitResponse.ts';
import type { SubmitResult as _baton_v1_SubmitResult, SubmitResult__Output as _baton_v1_SubmitResult__Output } from './baton/v1/SubmitResult.ts';
import type { SubmitStreamRequest as _baton_v1_SubmitStreamRequest, SubmitStreamRequest__Output as _baton_v1_SubmitStreamRequest__Output } from './baton/v1/SubmitStreamRequest.ts';
import type { SubmitStreamResponse as _baton_v1_SubmitStreamResponse, SubmitStreamResponse__Output as _baton_v1_SubmitStreamResponse__Output } from './baton/v1/SubmitStreamResponse.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from './baton/v1/TaskResult.ts';
import type { TaskServiceClient as _baton_v1_TaskServiceClient, TaskServiceDefinition as _baton_v1_TaskServiceDefinition } from './baton/v1/TaskService.ts';
import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from './baton/v1/TaskSpec.ts';
import type { WatchRequest as _baton_v1_WatchRequest, WatchRequest__Output as _baton_v1_WatchRequest__Output } from './baton/v1/WatchRequest.ts';
import type { WatchResponse as _baton_v1_WatchResponse, WatchResponse__Output as _baton_v1_WatchResponse__Output } from './baton/v1/WatchResponse.ts';
import type { Any as _google_protobuf_Any, Any__Output as _google_protobuf_Any__Output } from './google/protobuf/Any.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from './google/rpc/Status.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  baton: {
    v1: {
      Attempt: MessageTypeDefinition<_baton_v1_Attempt, _baton_v1_Attempt__Output>
      AttemptHistory: MessageTypeDefinition<_baton_v1_AttemptHistory, _baton_v1_AttemptHistory__Output>
      AttemptOutcome: EnumTypeDefinition
      AwaitForget: MessageTypeDefinition<_baton_v1_AwaitForget, _baton_v1_AwaitForget__Output>
      AwaitItem: MessageTypeDefinition<_baton_v1_AwaitItem, _baton_v1_AwaitItem__Output>
      AwaitItemResult: MessageTypeDefinition<_baton_v1_AwaitItemResult, _baton_v1_AwaitItemResult__Output>
      AwaitRequest: MessageTypeDefinition<_baton_v1_AwaitRequest, _baton_v1_AwaitRequest__Output>
      AwaitResponse: MessageTypeDefinition<_baton_v1_AwaitResponse, _baton_v1_AwaitResponse__Output>
      AwaitStreamRequest: MessageTypeDefinition<_baton_v1_AwaitStreamRequest, _baton_v1_AwaitStreamRequest__Output>
      AwaitStreamResponse: MessageTypeDefinition<_baton_v1_AwaitStreamResponse, _baton_v1_AwaitStreamResponse__Output>
      CancelRequest: MessageTypeDefinition<_baton_v1_CancelRequest, _baton_v1_CancelRequest__Output>
      CancelResponse: MessageTypeDefinition<_baton_v1_CancelResponse, _baton_v1_CancelResponse__Output>
      DeleteRequest: MessageTypeDefinition<_baton_v1_DeleteRequest, _baton_v1_DeleteRequest__Output>
      DeleteResponse: MessageTypeDefinition<_baton_v1_DeleteResponse, _baton_v1_DeleteResponse__Output>
      ExplainCode: EnumTypeDefinition
      ExplainReason: MessageTypeDefinition<_baton_v1_ExplainReason, _baton_v1_ExplainReason__Output>
      ExplainRequest: MessageTypeDefinition<_baton_v1_ExplainRequest, _baton_v1_ExplainRequest__Output>
      ExplainResponse: MessageTypeDefinition<_baton_v1_ExplainResponse, _baton_v1_ExplainResponse__Output>
      Failure: MessageTypeDefinition<_baton_v1_Failure, _baton_v1_Failure__Output>
      GetRequest: MessageTypeDefinition<_baton_v1_GetRequest, _baton_v1_GetRequest__Output>
      GetResponse: MessageTypeDefinition<_baton_v1_GetResponse, _baton_v1_GetResponse__Output>
      ListRequest: MessageTypeDefinition<_baton_v1_ListRequest, _baton_v1_ListRequest__Output>
      ListResponse: MessageTypeDefinition<_baton_v1_ListResponse, _baton_v1_ListResponse__Output>
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      RedriveRequest: MessageTypeDefinition<_baton_v1_RedriveRequest, _baton_v1_RedriveRequest__Output>
      RedriveResponse: MessageTypeDefinition<_baton_v1_RedriveResponse, _baton_v1_RedriveResponse__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      RunNowRequest: MessageTypeDefinition<_baton_v1_RunNowRequest, _baton_v1_RunNowRequest__Output>
      RunNowResponse: MessageTypeDefinition<_baton_v1_RunNowResponse, _baton_v1_RunNowResponse__Output>
      SubmitBatchRequest: MessageTypeDefinition<_baton_v1_SubmitBatchRequest, _baton_v1_SubmitBatchRequest__Output>
      SubmitBatchResponse: MessageTypeDefinition<_baton_v1_SubmitBatchResponse, _baton_v1_SubmitBatchResponse__Output>
      SubmitItem: MessageTypeDefinition<_baton_v1_SubmitItem, _baton_v1_SubmitItem__Output>
      SubmitItemResult: MessageTypeDefinition<_baton_v1_SubmitItemResult, _baton_v1_SubmitItemResult__Output>
      SubmitReceipt: MessageTypeDefinition<_baton_v1_SubmitReceipt, _baton_v1_SubmitReceipt__Output>
      SubmitRequest: MessageTypeDefinition<_baton_v1_SubmitRequest, _baton_v1_SubmitRequest__Output>
      SubmitResponse: MessageTypeDefinition<_baton_v1_SubmitResponse, _baton_v1_SubmitResponse__Output>
      SubmitResult: MessageTypeDefinition<_baton_v1_SubmitResult, _baton_v1_SubmitResult__Output>
      SubmitStreamRequest: MessageTypeDefinition<_baton_v1_SubmitStreamRequest, _baton_v1_SubmitStreamRequest__Output>
      SubmitStreamResponse: MessageTypeDefinition<_baton_v1_SubmitStreamResponse, _baton_v1_SubmitStreamResponse__Output>
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
      TaskResult: MessageTypeDefinition<_baton_v1_TaskResult, _baton_v1_TaskResult__Output>
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
      TaskService: SubtypeConstructor<typeof grpc.Client, _baton_v1_TaskServiceClient> & { service: _baton_v1_TaskServiceDefinition }
      TaskSpec: MessageTypeDefinition<_baton_v1_TaskSpec, _baton_v1_TaskSpec__Output>
      TaskState: EnumTypeDefinition
      WatchRequest: MessageTypeDefinition<_baton_v1_WatchRequest, _baton_v1_WatchRequest__Output>
      WatchResponse: MessageTypeDefinition<_baton_v1_WatchResponse, _baton_v1_WatchResponse__Output>
    }
  }
  google: {
    protobuf: {
      Any: MessageTypeDefinition<_google_protobuf_Any, _google_protobuf_Any__Output>
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
    rpc: {
      Status: MessageTypeDefinition<_google_rpc_Status, _google_rpc_Status__Output>
    }
  }
}

