import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { GetOperationRequest as _baton_v1_GetOperationRequest, GetOperationRequest__Output as _baton_v1_GetOperationRequest__Output } from './baton/v1/GetOperationRequest.ts';
import type { GetOperationResponse as _baton_v1_GetOperationResponse, GetOperationResponse__Output as _baton_v1_GetOperationResponse__Output } from './baton/v1/GetOperationResponse.ts';
import type { ListOperationsRequest as _baton_v1_ListOperationsRequest, ListOperationsRequest__Output as _baton_v1_ListOperationsRequest__Output } from './baton/v1/ListOperationsRequest.ts';
import type { ListOperationsResponse as _baton_v1_ListOperationsResponse, ListOperationsResponse__Output as _baton_v1_ListOperationsResponse__Output } from './baton/v1/ListOperationsResponse.ts';
import type { Operation as _baton_v1_Operation, Operation__Output as _baton_v1_Operation__Output } from './baton/v1/Operation.ts';
import type { OperationPreview as _baton_v1_OperationPreview, OperationPreview__Output as _baton_v1_OperationPreview__Output } from './baton/v1/OperationPreview.ts';
import type { OperationServiceClient as _baton_v1_OperationServiceClient, OperationServiceDefinition as _baton_v1_OperationServiceDefinition } from './baton/v1/OperationService.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { StartOperationRequest as _baton_v1_StartOperationRequest, StartOperationRequest__Output as _baton_v1_StartOperationRequest__Output } from './baton/v1/StartOperationRequest.ts';
import type { StartOperationResponse as _baton_v1_StartOperationResponse, StartOperationResponse__Output as _baton_v1_StartOperationResponse__Output } from './baton/v1/StartOperationResponse.ts';
import type { StopOperationRequest as _baton_v1_StopOperationRequest, StopOperationRequest__Output as _baton_v1_StopOperationRequest__Output } from './baton/v1/StopOperationRequest.ts';
import type { StopOperationResponse as _baton_v1_StopOperationResponse, StopOperationResponse__Output as _baton_v1_StopOperationResponse__Output } from './baton/v1/StopOperationResponse.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
import type { TaskFilter as _baton_v1_TaskFilter, TaskFilter__Output as _baton_v1_TaskFilter__Output } from './baton/v1/TaskFilter.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from './baton/v1/TaskResult.ts';
import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from './baton/v1/TaskSpec.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  baton: {
    v1: {
      Attempt: MessageTypeDefinition<_baton_v1_Attempt, _baton_v1_Attempt__Output>
      AttemptHistory: MessageTypeDefinition<_baton_v1_AttemptHistory, _baton_v1_AttemptHistory__Output>
      AttemptOutcome: EnumTypeDefinition
      Failure: MessageTypeDefinition<_baton_v1_Failure, _baton_v1_Failure__Output>
      GetOperationRequest: MessageTypeDefinition<_baton_v1_GetOperationRequest, _baton_v1_GetOperationRequest__Output>
      GetOperationResponse: MessageTypeDefinition<_baton_v1_GetOperationResponse, _baton_v1_GetOperationResponse__Output>
      ListOperationsRequest: MessageTypeDefinition<_baton_v1_ListOperationsRequest, _baton_v1_ListOperationsRequest__Output>
      ListOperationsResponse: MessageTypeDefinition<_baton_v1_ListOperationsResponse, _baton_v1_ListOperationsResponse__Output>
      Operation: MessageTypeDefinition<_baton_v1_Operation, _baton_v1_Operation__Output>
      OperationKind: EnumTypeDefinition
      OperationPreview: MessageTypeDefinition<_baton_v1_OperationPreview, _baton_v1_OperationPreview__Output>
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
      OperationService: SubtypeConstructor<typeof grpc.Client, _baton_v1_OperationServiceClient> & { service: _baton_v1_OperationServiceDefinition }
      OperationState: EnumTypeDefinition
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      StartOperationRequest: MessageTypeDefinition<_baton_v1_StartOperationRequest, _baton_v1_StartOperationRequest__Output>
      StartOperationResponse: MessageTypeDefinition<_baton_v1_StartOperationResponse, _baton_v1_StartOperationResponse__Output>
      StopOperationRequest: MessageTypeDefinition<_baton_v1_StopOperationRequest, _baton_v1_StopOperationRequest__Output>
      StopOperationResponse: MessageTypeDefinition<_baton_v1_StopOperationResponse, _baton_v1_StopOperationResponse__Output>
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
      TaskFilter: MessageTypeDefinition<_baton_v1_TaskFilter, _baton_v1_TaskFilter__Output>
      TaskResult: MessageTypeDefinition<_baton_v1_TaskResult, _baton_v1_TaskResult__Output>
      TaskSpec: MessageTypeDefinition<_baton_v1_TaskSpec, _baton_v1_TaskSpec__Output>
      TaskState: EnumTypeDefinition
    }
  }
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
}

