import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { DeleteSubscriptionRequest as _baton_v1_DeleteSubscriptionRequest, DeleteSubscriptionRequest__Output as _baton_v1_DeleteSubscriptionRequest__Output } from './baton/v1/DeleteSubscriptionRequest.ts';
import type { DeleteSubscriptionResponse as _baton_v1_DeleteSubscriptionResponse, DeleteSubscriptionResponse__Output as _baton_v1_DeleteSubscriptionResponse__Output } from './baton/v1/DeleteSubscriptionResponse.ts';
import type { Event as _baton_v1_Event, Event__Output as _baton_v1_Event__Output } from './baton/v1/Event.ts';
import type { EventServiceClient as _baton_v1_EventServiceClient, EventServiceDefinition as _baton_v1_EventServiceDefinition } from './baton/v1/EventService.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { GetSubscriptionRequest as _baton_v1_GetSubscriptionRequest, GetSubscriptionRequest__Output as _baton_v1_GetSubscriptionRequest__Output } from './baton/v1/GetSubscriptionRequest.ts';
import type { GetSubscriptionResponse as _baton_v1_GetSubscriptionResponse, GetSubscriptionResponse__Output as _baton_v1_GetSubscriptionResponse__Output } from './baton/v1/GetSubscriptionResponse.ts';
import type { ListSubscriptionsRequest as _baton_v1_ListSubscriptionsRequest, ListSubscriptionsRequest__Output as _baton_v1_ListSubscriptionsRequest__Output } from './baton/v1/ListSubscriptionsRequest.ts';
import type { ListSubscriptionsResponse as _baton_v1_ListSubscriptionsResponse, ListSubscriptionsResponse__Output as _baton_v1_ListSubscriptionsResponse__Output } from './baton/v1/ListSubscriptionsResponse.ts';
import type { PauseSubscriptionRequest as _baton_v1_PauseSubscriptionRequest, PauseSubscriptionRequest__Output as _baton_v1_PauseSubscriptionRequest__Output } from './baton/v1/PauseSubscriptionRequest.ts';
import type { PauseSubscriptionResponse as _baton_v1_PauseSubscriptionResponse, PauseSubscriptionResponse__Output as _baton_v1_PauseSubscriptionResponse__Output } from './baton/v1/PauseSubscriptionResponse.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { PublishBatchRequest as _baton_v1_PublishBatchRequest, PublishBatchRequest__Output as _baton_v1_PublishBatchRequest__Output } from './baton/v1/PublishBatchRequest.ts';
import type { PublishBatchResponse as _baton_v1_PublishBatchResponse, PublishBatchResponse__Output as _baton_v1_PublishBatchResponse__Output } from './baton/v1/PublishBatchResponse.ts';
import type { PublishReceipt as _baton_v1_PublishReceipt, PublishReceipt__Output as _baton_v1_PublishReceipt__Output } from './baton/v1/PublishReceipt.ts';
import type { PublishRequest as _baton_v1_PublishRequest, PublishRequest__Output as _baton_v1_PublishRequest__Output } from './baton/v1/PublishRequest.ts';
import type { PublishResponse as _baton_v1_PublishResponse, PublishResponse__Output as _baton_v1_PublishResponse__Output } from './baton/v1/PublishResponse.ts';
import type { PublishResult as _baton_v1_PublishResult, PublishResult__Output as _baton_v1_PublishResult__Output } from './baton/v1/PublishResult.ts';
import type { PutSubscriptionRequest as _baton_v1_PutSubscriptionRequest, PutSubscriptionRequest__Output as _baton_v1_PutSubscriptionRequest__Output } from './baton/v1/PutSubscriptionRequest.ts';
import type { PutSubscriptionResponse as _baton_v1_PutSubscriptionResponse, PutSubscriptionResponse__Output as _baton_v1_PutSubscriptionResponse__Output } from './baton/v1/PutSubscriptionResponse.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { Subscription as _baton_v1_Subscription, Subscription__Output as _baton_v1_Subscription__Output } from './baton/v1/Subscription.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from './baton/v1/TaskResult.ts';
import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from './baton/v1/TaskSpec.ts';
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
      DeleteSubscriptionRequest: MessageTypeDefinition<_baton_v1_DeleteSubscriptionRequest, _baton_v1_DeleteSubscriptionRequest__Output>
      DeleteSubscriptionResponse: MessageTypeDefinition<_baton_v1_DeleteSubscriptionResponse, _baton_v1_DeleteSubscriptionResponse__Output>
      Event: MessageTypeDefinition<_baton_v1_Event, _baton_v1_Event__Output>
      /**
       * Takes events and makes one tracked task for each subscription that matches.
       * 
       * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
       * as `TaskService` describes.
       */
      EventService: SubtypeConstructor<typeof grpc.Client, _baton_v1_EventServiceClient> & { service: _baton_v1_EventServiceDefinition }
      Failure: MessageTypeDefinition<_baton_v1_Failure, _baton_v1_Failure__Output>
      GetSubscriptionRequest: MessageTypeDefinition<_baton_v1_GetSubscriptionRequest, _baton_v1_GetSubscriptionRequest__Output>
      GetSubscriptionResponse: MessageTypeDefinition<_baton_v1_GetSubscriptionResponse, _baton_v1_GetSubscriptionResponse__Output>
      ListSubscriptionsRequest: MessageTypeDefinition<_baton_v1_ListSubscriptionsRequest, _baton_v1_ListSubscriptionsRequest__Output>
      ListSubscriptionsResponse: MessageTypeDefinition<_baton_v1_ListSubscriptionsResponse, _baton_v1_ListSubscriptionsResponse__Output>
      PauseSubscriptionRequest: MessageTypeDefinition<_baton_v1_PauseSubscriptionRequest, _baton_v1_PauseSubscriptionRequest__Output>
      PauseSubscriptionResponse: MessageTypeDefinition<_baton_v1_PauseSubscriptionResponse, _baton_v1_PauseSubscriptionResponse__Output>
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      PublishBatchRequest: MessageTypeDefinition<_baton_v1_PublishBatchRequest, _baton_v1_PublishBatchRequest__Output>
      PublishBatchResponse: MessageTypeDefinition<_baton_v1_PublishBatchResponse, _baton_v1_PublishBatchResponse__Output>
      PublishReceipt: MessageTypeDefinition<_baton_v1_PublishReceipt, _baton_v1_PublishReceipt__Output>
      PublishRequest: MessageTypeDefinition<_baton_v1_PublishRequest, _baton_v1_PublishRequest__Output>
      PublishResponse: MessageTypeDefinition<_baton_v1_PublishResponse, _baton_v1_PublishResponse__Output>
      PublishResult: MessageTypeDefinition<_baton_v1_PublishResult, _baton_v1_PublishResult__Output>
      PutSubscriptionRequest: MessageTypeDefinition<_baton_v1_PutSubscriptionRequest, _baton_v1_PutSubscriptionRequest__Output>
      PutSubscriptionResponse: MessageTypeDefinition<_baton_v1_PutSubscriptionResponse, _baton_v1_PutSubscriptionResponse__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      Subscription: MessageTypeDefinition<_baton_v1_Subscription, _baton_v1_Subscription__Output>
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
      TaskResult: MessageTypeDefinition<_baton_v1_TaskResult, _baton_v1_TaskResult__Output>
      TaskSpec: MessageTypeDefinition<_baton_v1_TaskSpec, _baton_v1_TaskSpec__Output>
      TaskState: EnumTypeDefinition
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

