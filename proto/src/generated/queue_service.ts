import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetQueueRequest as _baton_v1_GetQueueRequest, GetQueueRequest__Output as _baton_v1_GetQueueRequest__Output } from './baton/v1/GetQueueRequest.ts';
import type { GetQueueResponse as _baton_v1_GetQueueResponse, GetQueueResponse__Output as _baton_v1_GetQueueResponse__Output } from './baton/v1/GetQueueResponse.ts';
import type { ListQueuesRequest as _baton_v1_ListQueuesRequest, ListQueuesRequest__Output as _baton_v1_ListQueuesRequest__Output } from './baton/v1/ListQueuesRequest.ts';
import type { ListQueuesResponse as _baton_v1_ListQueuesResponse, ListQueuesResponse__Output as _baton_v1_ListQueuesResponse__Output } from './baton/v1/ListQueuesResponse.ts';
import type { Queue as _baton_v1_Queue, Queue__Output as _baton_v1_Queue__Output } from './baton/v1/Queue.ts';
import type { QueueServiceClient as _baton_v1_QueueServiceClient, QueueServiceDefinition as _baton_v1_QueueServiceDefinition } from './baton/v1/QueueService.ts';
import type { QueueSettings as _baton_v1_QueueSettings, QueueSettings__Output as _baton_v1_QueueSettings__Output } from './baton/v1/QueueSettings.ts';
import type { RateLimit as _baton_v1_RateLimit, RateLimit__Output as _baton_v1_RateLimit__Output } from './baton/v1/RateLimit.ts';
import type { UpdateQueueRequest as _baton_v1_UpdateQueueRequest, UpdateQueueRequest__Output as _baton_v1_UpdateQueueRequest__Output } from './baton/v1/UpdateQueueRequest.ts';
import type { UpdateQueueResponse as _baton_v1_UpdateQueueResponse, UpdateQueueResponse__Output as _baton_v1_UpdateQueueResponse__Output } from './baton/v1/UpdateQueueResponse.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  baton: {
    v1: {
      GetQueueRequest: MessageTypeDefinition<_baton_v1_GetQueueRequest, _baton_v1_GetQueueRequest__Output>
      GetQueueResponse: MessageTypeDefinition<_baton_v1_GetQueueResponse, _baton_v1_GetQueueResponse__Output>
      ListQueuesRequest: MessageTypeDefinition<_baton_v1_ListQueuesRequest, _baton_v1_ListQueuesRequest__Output>
      ListQueuesResponse: MessageTypeDefinition<_baton_v1_ListQueuesResponse, _baton_v1_ListQueuesResponse__Output>
      Queue: MessageTypeDefinition<_baton_v1_Queue, _baton_v1_Queue__Output>
      /**
       * Reads queues and changes how they flow.
       * 
       * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
       * as `TaskService` describes.
       */
      QueueService: SubtypeConstructor<typeof grpc.Client, _baton_v1_QueueServiceClient> & { service: _baton_v1_QueueServiceDefinition }
      QueueSettings: MessageTypeDefinition<_baton_v1_QueueSettings, _baton_v1_QueueSettings__Output>
      RateLimit: MessageTypeDefinition<_baton_v1_RateLimit, _baton_v1_RateLimit__Output>
      UpdateQueueRequest: MessageTypeDefinition<_baton_v1_UpdateQueueRequest, _baton_v1_UpdateQueueRequest__Output>
      UpdateQueueResponse: MessageTypeDefinition<_baton_v1_UpdateQueueResponse, _baton_v1_UpdateQueueResponse__Output>
    }
  }
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
    }
  }
}

