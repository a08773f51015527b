import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { BlockedTasks as _baton_v1_BlockedTasks, BlockedTasks__Output as _baton_v1_BlockedTasks__Output } from './baton/v1/BlockedTasks.ts';
import type { CountDeadRequest as _baton_v1_CountDeadRequest, CountDeadRequest__Output as _baton_v1_CountDeadRequest__Output } from './baton/v1/CountDeadRequest.ts';
import type { CountDeadResponse as _baton_v1_CountDeadResponse, CountDeadResponse__Output as _baton_v1_CountDeadResponse__Output } from './baton/v1/CountDeadResponse.ts';
import type { DeadGroup as _baton_v1_DeadGroup, DeadGroup__Output as _baton_v1_DeadGroup__Output } from './baton/v1/DeadGroup.ts';
import type { DeleteQueueRequest as _baton_v1_DeleteQueueRequest, DeleteQueueRequest__Output as _baton_v1_DeleteQueueRequest__Output } from './baton/v1/DeleteQueueRequest.ts';
import type { DeleteQueueResponse as _baton_v1_DeleteQueueResponse, DeleteQueueResponse__Output as _baton_v1_DeleteQueueResponse__Output } from './baton/v1/DeleteQueueResponse.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { GetQueueRequest as _baton_v1_GetQueueRequest, GetQueueRequest__Output as _baton_v1_GetQueueRequest__Output } from './baton/v1/GetQueueRequest.ts';
import type { GetQueueResponse as _baton_v1_GetQueueResponse, GetQueueResponse__Output as _baton_v1_GetQueueResponse__Output } from './baton/v1/GetQueueResponse.ts';
import type { ListQueueKeysRequest as _baton_v1_ListQueueKeysRequest, ListQueueKeysRequest__Output as _baton_v1_ListQueueKeysRequest__Output } from './baton/v1/ListQueueKeysRequest.ts';
import type { ListQueueKeysResponse as _baton_v1_ListQueueKeysResponse, ListQueueKeysResponse__Output as _baton_v1_ListQueueKeysResponse__Output } from './baton/v1/ListQueueKeysResponse.ts';
import type { ListQueuesRequest as _baton_v1_ListQueuesRequest, ListQueuesRequest__Output as _baton_v1_ListQueuesRequest__Output } from './baton/v1/ListQueuesRequest.ts';
import type { ListQueuesResponse as _baton_v1_ListQueuesResponse, ListQueuesResponse__Output as _baton_v1_ListQueuesResponse__Output } from './baton/v1/ListQueuesResponse.ts';
import type { PauseQueueRequest as _baton_v1_PauseQueueRequest, PauseQueueRequest__Output as _baton_v1_PauseQueueRequest__Output } from './baton/v1/PauseQueueRequest.ts';
import type { PauseQueueResponse as _baton_v1_PauseQueueResponse, PauseQueueResponse__Output as _baton_v1_PauseQueueResponse__Output } from './baton/v1/PauseQueueResponse.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { PutQueueKeyRequest as _baton_v1_PutQueueKeyRequest, PutQueueKeyRequest__Output as _baton_v1_PutQueueKeyRequest__Output } from './baton/v1/PutQueueKeyRequest.ts';
import type { PutQueueKeyResponse as _baton_v1_PutQueueKeyResponse, PutQueueKeyResponse__Output as _baton_v1_PutQueueKeyResponse__Output } from './baton/v1/PutQueueKeyResponse.ts';
import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from './baton/v1/Queue.ts';
import type { QueueKey as _baton_v1_QueueKey, QueueKey__Output as _baton_v1_QueueKey__Output } from './baton/v1/QueueKey.ts';
import type { QueueKeySettings as _baton_v1_QueueKeySettings, QueueKeySettings__Output as _baton_v1_QueueKeySettings__Output } from './baton/v1/QueueKeySettings.ts';
import type { QueueServiceClient as _baton_v1_QueueServiceClient, QueueServiceDefinition as _baton_v1_QueueServiceDefinition } from './baton/v1/QueueService.ts';
import type { QueueSettings as _baton_v1_QueueSettings, QueueSettings__Output as _baton_v1_QueueSettings__Output } from './baton/v1/QueueSettings.ts';
import type { RateLimit as _baton_v1_RateLimit, RateLimit__Output as _baton_v1_RateLimit__Output } from './baton/v1/RateLimit.ts';
import type { ResumeQueueRequest as _baton_v1_ResumeQueueRequest, ResumeQueueRequest__Output as _baton_v1_ResumeQueueRequest__Output } from './baton/v1/ResumeQueueRequest.ts';
import type { ResumeQueueResponse as _baton_v1_ResumeQueueResponse, ResumeQueueResponse__Output as _baton_v1_ResumeQueueResponse__Output } from './baton/v1/ResumeQueueResponse.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from './baton/v1/TaskResult.ts';
import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from './baton/v1/TaskSpec.ts';
import type { UpdateQueueRequest as _baton_v1_UpdateQueueRequest, UpdateQueueRequest__Output as _baton_v1_UpdateQueueRequest__Output } from './baton/v1/UpdateQueueRequest.ts';
import type { UpdateQueueResponse as _baton_v1_UpdateQueueResponse, UpdateQueueResponse__Output as _baton_v1_UpdateQueueResponse__Output } from './baton/v1/UpdateQueueResponse.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
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
      BlockedTasks: MessageTypeDefinition<_baton_v1_BlockedTasks, _baton_v1_BlockedTasks__Output>
      CountDeadRequest: MessageTypeDefinition<_baton_v1_CountDeadRequest, _baton_v1_CountDeadRequest__Output>
      CountDeadResponse: MessageTypeDefinition<_baton_v1_CountDeadResponse, _baton_v1_CountDeadResponse__Output>
      DeadGroup: MessageTypeDefinition<_baton_v1_DeadGroup, _baton_v1_DeadGroup__Output>
      DeleteQueueRequest: MessageTypeDefinition<_baton_v1_DeleteQueueRequest, _baton_v1_DeleteQueueRequest__Output>
      DeleteQueueResponse: MessageTypeDefinition<_baton_v1_DeleteQueueResponse, _baton_v1_DeleteQueueResponse__Output>
      Failure: MessageTypeDefinition<_baton_v1_Failure, _baton_v1_Failure__Output>
      FairBy: EnumTypeDefinition
      GetQueueRequest: MessageTypeDefinition<_baton_v1_GetQueueRequest, _baton_v1_GetQueueRequest__Output>
      GetQueueResponse: MessageTypeDefinition<_baton_v1_GetQueueResponse, _baton_v1_GetQueueResponse__Output>
      ListQueueKeysRequest: MessageTypeDefinition<_baton_v1_ListQueueKeysRequest, _baton_v1_ListQueueKeysRequest__Output>
      ListQueueKeysResponse: MessageTypeDefinition<_baton_v1_ListQueueKeysResponse, _baton_v1_ListQueueKeysResponse__Output>
      ListQueuesRequest: MessageTypeDefinition<_baton_v1_ListQueuesRequest, _baton_v1_ListQueuesRequest__Output>
      ListQueuesResponse: MessageTypeDefinition<_baton_v1_ListQueuesResponse, _baton_v1_ListQueuesResponse__Output>
      OnDead: EnumTypeDefinition
      PauseQueueRequest: MessageTypeDefinition<_baton_v1_PauseQueueRequest, _baton_v1_PauseQueueRequest__Output>
      PauseQueueResponse: MessageTypeDefinition<_baton_v1_PauseQueueResponse, _baton_v1_PauseQueueResponse__Output>
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      PutQueueKeyRequest: MessageTypeDefinition<_baton_v1_PutQueueKeyRequest, _baton_v1_PutQueueKeyRequest__Output>
      PutQueueKeyResponse: MessageTypeDefinition<_baton_v1_PutQueueKeyResponse, _baton_v1_PutQueueKeyResponse__Output>
      Queue: MessageTypeDefinition<_baton_v1_Queue, _baton_v1_Queue__Output>
      QueueKey: MessageTypeDefinition<_baton_v1_QueueKey, _baton_v1_QueueKey__Output>
      QueueKeyBlock: EnumTypeDefinition
      QueueKeyFilter: EnumTypeDefinition
      QueueKeySettings: MessageTypeDefinition<_baton_v1_QueueKeySettings, _baton_v1_QueueKeySettings__Output>
      /**
       * Reads queues and changes how they flow.
       * 
       * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
       * as `TaskService` describes.
       */
      QueueService: SubtypeConstructor<typeof grpc.Client, _baton_v1_QueueServiceClient> & { service: _baton_v1_QueueServiceDefinition }
      QueueSettings: MessageTypeDefinition<_baton_v1_QueueSettings, _baton_v1_QueueSettings__Output>
      RateLimit: MessageTypeDefinition<_baton_v1_RateLimit, _baton_v1_RateLimit__Output>
      ResumeQueueRequest: MessageTypeDefinition<_baton_v1_ResumeQueueRequest, _baton_v1_ResumeQueueRequest__Output>
      ResumeQueueResponse: MessageTypeDefinition<_baton_v1_ResumeQueueResponse, _baton_v1_ResumeQueueResponse__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
      TaskResult: MessageTypeDefinition<_baton_v1_TaskResult, _baton_v1_TaskResult__Output>
      TaskSpec: MessageTypeDefinition<_baton_v1_TaskSpec, _baton_v1_TaskSpec__Output>
      TaskState: EnumTypeDefinition
      UpdateQueueRequest: MessageTypeDefinition<_baton_v1_UpdateQueueRequest, _baton_v1_UpdateQueueRequest__Output>
      UpdateQueueResponse: MessageTypeDefinition<_baton_v1_UpdateQueueResponse, _baton_v1_UpdateQueueResponse__Output>
    }
  }
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      FieldMask: MessageTypeDefinition<_google_protobuf_FieldMask, _google_protobuf_FieldMask__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
}

