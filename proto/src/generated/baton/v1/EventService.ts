// Original file: baton/v1/event_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeleteSubscriptionRequest as _baton_v1_DeleteSubscriptionRequest, DeleteSubscriptionRequest__Output as _baton_v1_DeleteSubscriptionRequest__Output } from '../../baton/v1/DeleteSubscriptionRequest.ts';
import type { DeleteSubscriptionResponse as _baton_v1_DeleteSubscriptionResponse, DeleteSubscriptionResponse__Output as _baton_v1_DeleteSubscriptionResponse__Output } from '../../baton/v1/DeleteSubscriptionResponse.ts';
import type { GetSubscriptionRequest as _baton_v1_GetSubscriptionRequest, GetSubscriptionRequest__Output as _baton_v1_GetSubscriptionRequest__Output } from '../../baton/v1/GetSubscriptionRequest.ts';
import type { GetSubscriptionResponse as _baton_v1_GetSubscriptionResponse, GetSubscriptionResponse__Output as _baton_v1_GetSubscriptionResponse__Output } from '../../baton/v1/GetSubscriptionResponse.ts';
import type { ListSubscriptionsRequest as _baton_v1_ListSubscriptionsRequest, ListSubscriptionsRequest__Output as _baton_v1_ListSubscriptionsRequest__Output } from '../../baton/v1/ListSubscriptionsRequest.ts';
import type { ListSubscriptionsResponse as _baton_v1_ListSubscriptionsResponse, ListSubscriptionsResponse__Output as _baton_v1_ListSubscriptionsResponse__Output } from '../../baton/v1/ListSubscriptionsResponse.ts';
import type { PauseSubscriptionRequest as _baton_v1_PauseSubscriptionRequest, PauseSubscriptionRequest__Output as _baton_v1_PauseSubscriptionRequest__Output } from '../../baton/v1/PauseSubscriptionRequest.ts';
import type { PauseSubscriptionResponse as _baton_v1_PauseSubscriptionResponse, PauseSubscriptionResponse__Output as _baton_v1_PauseSubscriptionResponse__Output } from '../../baton/v1/PauseSubscriptionResponse.ts';
import type { PublishBatchRequest as _baton_v1_PublishBatchRequest, PublishBatchRequest__Output as _baton_v1_PublishBatchRequest__Output } from '../../baton/v1/PublishBatchRequest.ts';
import type { PublishBatchResponse as _baton_v1_PublishBatchResponse, PublishBatchResponse__Output as _baton_v1_PublishBatchResponse__Output } from '../../baton/v1/PublishBatchResponse.ts';
import type { PublishRequest as _baton_v1_PublishRequest, PublishRequest__Output as _baton_v1_PublishRequest__Output } from '../../baton/v1/PublishRequest.ts';
import type { PublishResponse as _baton_v1_PublishResponse, PublishResponse__Output as _baton_v1_PublishResponse__Output } from '../../baton/v1/PublishResponse.ts';
import type { PutSubscriptionRequest as _baton_v1_PutSubscriptionRequest, PutSubscriptionRequest__Output as _baton_v1_PutSubscriptionRequest__Output } from '../../baton/v1/PutSubscriptionRequest.ts';
import type { PutSubscriptionResponse as _baton_v1_PutSubscriptionResponse, PutSubscriptionResponse__Output as _baton_v1_PutSubscriptionResponse__Output } from '../../baton/v1/PutSubscriptionResponse.ts';

/**
 * Takes events and makes one tracked task for each subscription that matches.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface EventServiceClient extends grpc.Client {
  /**
   * Forgets a subscription; its tasks stay. Idempotent.
   * 
   * Errors: none of its own.
   */
  DeleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  DeleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  DeleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  DeleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Forgets a subscription; its tasks stay. Idempotent.
   * 
   * Errors: none of its own.
   */
  deleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  deleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  deleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  deleteSubscription(argument: _baton_v1_DeleteSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns one subscription. Reads only.
   * 
   * Errors:
   * NOT_FOUND: no such subscription.
   */
  GetSubscription(argument: _baton_v1_GetSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  GetSubscription(argument: _baton_v1_GetSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  GetSubscription(argument: _baton_v1_GetSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  GetSubscription(argument: _baton_v1_GetSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns one subscription. Reads only.
   * 
   * Errors:
   * NOT_FOUND: no such subscription.
   */
  getSubscription(argument: _baton_v1_GetSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  getSubscription(argument: _baton_v1_GetSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  getSubscription(argument: _baton_v1_GetSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  getSubscription(argument: _baton_v1_GetSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_GetSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns a page of the subscriptions, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  ListSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  ListSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  ListSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns a page of the subscriptions, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  listSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  listSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  listSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  listSubscriptions(argument: _baton_v1_ListSubscriptionsRequest, callback: grpc.requestCallback<_baton_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Pauses or resumes a subscription. Events that are published in the pause
   * are not delivered to it later. Idempotent.
   * 
   * Errors:
   * NOT_FOUND: no such subscription.
   */
  PauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Pauses or resumes a subscription. Events that are published in the pause
   * are not delivered to it later. Idempotent.
   * 
   * Errors:
   * NOT_FOUND: no such subscription.
   */
  pauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  pauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  pauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  pauseSubscription(argument: _baton_v1_PauseSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores an event and answers when it is durable. Its tasks follow at once.
   * Idempotent: an event of the same source and id is known for 24 h. If a
   * repeat has other attributes, the first ones are kept, because a hop may
   * change them.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range.
   * ALREADY_EXISTS: an event of another type or with other data has the same
   * source and id.
   */
  Publish(argument: _baton_v1_PublishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  Publish(argument: _baton_v1_PublishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  Publish(argument: _baton_v1_PublishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  Publish(argument: _baton_v1_PublishRequest, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores an event and answers when it is durable. Its tasks follow at once.
   * Idempotent: an event of the same source and id is known for 24 h. If a
   * repeat has other attributes, the first ones are kept, because a hop may
   * change them.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range.
   * ALREADY_EXISTS: an event of another type or with other data has the same
   * source and id.
   */
  publish(argument: _baton_v1_PublishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  publish(argument: _baton_v1_PublishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  publish(argument: _baton_v1_PublishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  publish(argument: _baton_v1_PublishRequest, callback: grpc.requestCallback<_baton_v1_PublishResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Stores up to 1000 events. Each succeeds or fails by itself. Idempotent as
   * `Publish`. Together they make at most 20000 tasks: an event beyond that
   * fails with RESOURCE_EXHAUSTED and may be published in another batch.
   * 
   * Errors:
   * INVALID_ARGUMENT: no events, or more than 1000.
   */
  PublishBatch(argument: _baton_v1_PublishBatchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  PublishBatch(argument: _baton_v1_PublishBatchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  PublishBatch(argument: _baton_v1_PublishBatchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  PublishBatch(argument: _baton_v1_PublishBatchRequest, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores up to 1000 events. Each succeeds or fails by itself. Idempotent as
   * `Publish`. Together they make at most 20000 tasks: an event beyond that
   * fails with RESOURCE_EXHAUSTED and may be published in another batch.
   * 
   * Errors:
   * INVALID_ARGUMENT: no events, or more than 1000.
   */
  publishBatch(argument: _baton_v1_PublishBatchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  publishBatch(argument: _baton_v1_PublishBatchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  publishBatch(argument: _baton_v1_PublishBatchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  publishBatch(argument: _baton_v1_PublishBatchRequest, callback: grpc.requestCallback<_baton_v1_PublishBatchResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Creates the subscription, or replaces the one of the same name. Events
   * published before are not delivered to it. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range.
   * RESOURCE_EXHAUSTED: there are 1000 subscriptions, or all of them together
   * have 4 MiB.
   */
  PutSubscription(argument: _baton_v1_PutSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PutSubscription(argument: _baton_v1_PutSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PutSubscription(argument: _baton_v1_PutSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PutSubscription(argument: _baton_v1_PutSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Creates the subscription, or replaces the one of the same name. Events
   * published before are not delivered to it. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range.
   * RESOURCE_EXHAUSTED: there are 1000 subscriptions, or all of them together
   * have 4 MiB.
   */
  putSubscription(argument: _baton_v1_PutSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  putSubscription(argument: _baton_v1_PutSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  putSubscription(argument: _baton_v1_PutSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  putSubscription(argument: _baton_v1_PutSubscriptionRequest, callback: grpc.requestCallback<_baton_v1_PutSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Takes events and makes one tracked task for each subscription that matches.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface EventServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Forgets a subscription; its tasks stay. Idempotent.
   * 
   * Errors: none of its own.
   */
  DeleteSubscription: grpc.handleUnaryCall<_baton_v1_DeleteSubscriptionRequest__Output, _baton_v1_DeleteSubscriptionResponse>;
  
  /**
   * Returns one subscription. Reads only.
   * 
   * Errors:
   * NOT_FOUND: no such subscription.
   */
  GetSubscription: grpc.handleUnaryCall<_baton_v1_GetSubscriptionRequest__Output, _baton_v1_GetSubscriptionResponse>;
  
  /**
   * Returns a page of the subscriptions, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListSubscriptions: grpc.handleUnaryCall<_baton_v1_ListSubscriptionsRequest__Output, _baton_v1_ListSubscriptionsResponse>;
  
  /**
   * Pauses or resumes a subscription. Events that are published in the pause
   * are not delivered to it later. Idempotent.
   * 
   * Errors:
   * NOT_FOUND: no such subscription.
   */
  PauseSubscription: grpc.handleUnaryCall<_baton_v1_PauseSubscriptionRequest__Output, _baton_v1_PauseSubscriptionResponse>;
  
  /**
   * Stores an event and answers when it is durable. Its tasks follow at once.
   * Idempotent: an event of the same source and id is known for 24 h. If a
   * repeat has other attributes, the first ones are kept, because a hop may
   * change them.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range.
   * ALREADY_EXISTS: an event of another type or with other data has the same
   * source and id.
   */
  Publish: grpc.handleUnaryCall<_baton_v1_PublishRequest__Output, _baton_v1_PublishResponse>;
  
  /**
   * Stores up to 1000 events. Each succeeds or fails by itself. Idempotent as
   * `Publish`. Together they make at most 20000 tasks: an event beyond that
   * fails with RESOURCE_EXHAUSTED and may be published in another batch.
   * 
   * Errors:
   * INVALID_ARGUMENT: no events, or more than 1000.
   */
  PublishBatch: grpc.handleUnaryCall<_baton_v1_PublishBatchRequest__Output, _baton_v1_PublishBatchResponse>;
  
  /**
   * Creates the subscription, or replaces the one of the same name. Events
   * published before are not delivered to it. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range.
   * RESOURCE_EXHAUSTED: there are 1000 subscriptions, or all of them together
   * have 4 MiB.
   */
  PutSubscription: grpc.handleUnaryCall<_baton_v1_PutSubscriptionRequest__Output, _baton_v1_PutSubscriptionResponse>;
  
}

export interface EventServiceDefinition extends grpc.ServiceDefinition {
  DeleteSubscription: MethodDefinition<_baton_v1_DeleteSubscriptionRequest, _baton_v1_DeleteSubscriptionResponse, _baton_v1_DeleteSubscriptionRequest__Output, _baton_v1_DeleteSubscriptionResponse__Output>
  GetSubscription: MethodDefinition<_baton_v1_GetSubscriptionRequest, _baton_v1_GetSubscriptionResponse, _baton_v1_GetSubscriptionRequest__Output, _baton_v1_GetSubscriptionResponse__Output>
  ListSubscriptions: MethodDefinition<_baton_v1_ListSubscriptionsRequest, _baton_v1_ListSubscriptionsResponse, _baton_v1_ListSubscriptionsRequest__Output, _baton_v1_ListSubscriptionsResponse__Output>
  PauseSubscription: MethodDefinition<_baton_v1_PauseSubscriptionRequest, _baton_v1_PauseSubscriptionResponse, _baton_v1_PauseSubscriptionRequest__Output, _baton_v1_PauseSubscriptionResponse__Output>
  Publish: MethodDefinition<_baton_v1_PublishRequest, _baton_v1_PublishResponse, _baton_v1_PublishRequest__Output, _baton_v1_PublishResponse__Output>
  PublishBatch: MethodDefinition<_baton_v1_PublishBatchRequest, _baton_v1_PublishBatchResponse, _baton_v1_PublishBatchRequest__Output, _baton_v1_PublishBatchResponse__Output>
  PutSubscription: MethodDefinition<_baton_v1_PutSubscriptionRequest, _baton_v1_PutSubscriptionResponse, _baton_v1_PutSubscriptionRequest__Output, _baton_v1_PutSubscriptionResponse__Output>
}
