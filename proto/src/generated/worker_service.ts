import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { Cancel as _baton_v1_Cancel, Cancel__Output as _baton_v1_Cancel__Output } from './baton/v1/Cancel.ts';
import type { Complete as _baton_v1_Complete, Complete__Output as _baton_v1_Complete__Output } from './baton/v1/Complete.ts';
import type { Credit as _baton_v1_Credit, Credit__Output as _baton_v1_Credit__Output } from './baton/v1/Credit.ts';
import type { Dismiss as _baton_v1_Dismiss, Dismiss__Output as _baton_v1_Dismiss__Output } from './baton/v1/Dismiss.ts';
import type { DrainAck as _baton_v1_DrainAck, DrainAck__Output as _baton_v1_DrainAck__Output } from './baton/v1/DrainAck.ts';
import type { Fail as _baton_v1_Fail, Fail__Output as _baton_v1_Fail__Output } from './baton/v1/Fail.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { Grant as _baton_v1_Grant, Grant__Output as _baton_v1_Grant__Output } from './baton/v1/Grant.ts';
import type { GrantedTask as _baton_v1_GrantedTask, GrantedTask__Output as _baton_v1_GrantedTask__Output } from './baton/v1/GrantedTask.ts';
import type { Heartbeat as _baton_v1_Heartbeat, Heartbeat__Output as _baton_v1_Heartbeat__Output } from './baton/v1/Heartbeat.ts';
import type { HeartbeatAck as _baton_v1_HeartbeatAck, HeartbeatAck__Output as _baton_v1_HeartbeatAck__Output } from './baton/v1/HeartbeatAck.ts';
import type { HeldLease as _baton_v1_HeldLease, HeldLease__Output as _baton_v1_HeldLease__Output } from './baton/v1/HeldLease.ts';
import type { Hello as _baton_v1_Hello, Hello__Output as _baton_v1_Hello__Output } from './baton/v1/Hello.ts';
import type { Hold as _baton_v1_Hold, Hold__Output as _baton_v1_Hold__Output } from './baton/v1/Hold.ts';
import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from './baton/v1/LeaseRef.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { Release as _baton_v1_Release, Release__Output as _baton_v1_Release__Output } from './baton/v1/Release.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { ServerDrain as _baton_v1_ServerDrain, ServerDrain__Output as _baton_v1_ServerDrain__Output } from './baton/v1/ServerDrain.ts';
import type { ServerFrame as _baton_v1_ServerFrame, ServerFrame__Output as _baton_v1_ServerFrame__Output } from './baton/v1/ServerFrame.ts';
import type { Settle as _baton_v1_Settle, Settle__Output as _baton_v1_Settle__Output } from './baton/v1/Settle.ts';
import type { SettleAck as _baton_v1_SettleAck, SettleAck__Output as _baton_v1_SettleAck__Output } from './baton/v1/SettleAck.ts';
import type { SettleRequest as _baton_v1_SettleRequest, SettleRequest__Output as _baton_v1_SettleRequest__Output } from './baton/v1/SettleRequest.ts';
import type { SettleResponse as _baton_v1_SettleResponse, SettleResponse__Output as _baton_v1_SettleResponse__Output } from './baton/v1/SettleResponse.ts';
import type { Settlement as _baton_v1_Settlement, Settlement__Output as _baton_v1_Settlement__Output } from './baton/v1/Settlement.ts';
import type { SettlementResult as _baton_v1_SettlementResult, SettlementResult__Output as _baton_v1_SettlementResult__Output } from './baton/v1/SettlementResult.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from './baton/v1/TaskResult.ts';
import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from './baton/v1/TaskSpec.ts';
import type { Throttle as _baton_v1_Throttle, Throttle__Output as _baton_v1_Throttle__Output } from './baton/v1/Throttle.ts';
import type { Welcome as _baton_v1_Welcome, Welcome__Output as _baton_v1_Welcome__Output } from './baton/v1/Welcome.ts';
import type { WorkerDrain as _baton_v1_WorkerDrain, WorkerDrain__Output as _baton_v1_WorkerDrain__Output } from './baton/v1/WorkerDrain.ts';
import type { WorkerFrame as _baton_v1_WorkerFrame, WorkerFrame__Output as _baton_v1_WorkerFrame__Output } from './baton/v1/WorkerFrame.ts';
import type { WorkerServiceClient as _baton_v1_WorkerServiceClient, WorkerServiceDefinition as _baton_v1_WorkerServiceDefinition } from './baton/v1/WorkerService.ts';
import type { WorkerSubscription as _baton_v1_WorkerSubscription, WorkerSubscription__Output as _baton_v1_WorkerSubscription__Output } from './baton/v1/WorkerSubscription.ts';
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
      Cancel: MessageTypeDefinition<_baton_v1_Cancel, _baton_v1_Cancel__Output>
      Complete: MessageTypeDefinition<_baton_v1_Complete, _baton_v1_Complete__Output>
      Credit: MessageTypeDefinition<_baton_v1_Credit, _baton_v1_Credit__Output>
      Dismiss: MessageTypeDefinition<_baton_v1_Dismiss, _baton_v1_Dismiss__Output>
      DrainAck: MessageTypeDefinition<_baton_v1_DrainAck, _baton_v1_DrainAck__Output>
      DrainCause: EnumTypeDefinition
      Fail: MessageTypeDefinition<_baton_v1_Fail, _baton_v1_Fail__Output>
      Failure: MessageTypeDefinition<_baton_v1_Failure, _baton_v1_Failure__Output>
      Grant: MessageTypeDefinition<_baton_v1_Grant, _baton_v1_Grant__Output>
      GrantedTask: MessageTypeDefinition<_baton_v1_GrantedTask, _baton_v1_GrantedTask__Output>
      Heartbeat: MessageTypeDefinition<_baton_v1_Heartbeat, _baton_v1_Heartbeat__Output>
      HeartbeatAck: MessageTypeDefinition<_baton_v1_HeartbeatAck, _baton_v1_HeartbeatAck__Output>
      HeldLease: MessageTypeDefinition<_baton_v1_HeldLease, _baton_v1_HeldLease__Output>
      Hello: MessageTypeDefinition<_baton_v1_Hello, _baton_v1_Hello__Output>
      Hold: MessageTypeDefinition<_baton_v1_Hold, _baton_v1_Hold__Output>
      HoldScope: EnumTypeDefinition
      LeaseRef: MessageTypeDefinition<_baton_v1_LeaseRef, _baton_v1_LeaseRef__Output>
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      Release: MessageTypeDefinition<_baton_v1_Release, _baton_v1_Release__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      ServerDrain: MessageTypeDefinition<_baton_v1_ServerDrain, _baton_v1_ServerDrain__Output>
      ServerFrame: MessageTypeDefinition<_baton_v1_ServerFrame, _baton_v1_ServerFrame__Output>
      Settle: MessageTypeDefinition<_baton_v1_Settle, _baton_v1_Settle__Output>
      SettleAck: MessageTypeDefinition<_baton_v1_SettleAck, _baton_v1_SettleAck__Output>
      SettleRequest: MessageTypeDefinition<_baton_v1_SettleRequest, _baton_v1_SettleRequest__Output>
      SettleResponse: MessageTypeDefinition<_baton_v1_SettleResponse, _baton_v1_SettleResponse__Output>
      Settlement: MessageTypeDefinition<_baton_v1_Settlement, _baton_v1_Settlement__Output>
      SettlementResult: MessageTypeDefinition<_baton_v1_SettlementResult, _baton_v1_SettlementResult__Output>
      SettlementStatus: EnumTypeDefinition
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
      TaskResult: MessageTypeDefinition<_baton_v1_TaskResult, _baton_v1_TaskResult__Output>
      TaskSpec: MessageTypeDefinition<_baton_v1_TaskSpec, _baton_v1_TaskSpec__Output>
      TaskState: EnumTypeDefinition
      Throttle: MessageTypeDefinition<_baton_v1_Throttle, _baton_v1_Throttle__Output>
      Welcome: MessageTypeDefinition<_baton_v1_Welcome, _baton_v1_Welcome__Output>
      WorkerDrain: MessageTypeDefinition<_baton_v1_WorkerDrain, _baton_v1_WorkerDrain__Output>
      WorkerFrame: MessageTypeDefinition<_baton_v1_WorkerFrame, _baton_v1_WorkerFrame__Output>
      /**
       * Hands tasks to workers and takes their outcomes.
       * 
       * Errors carry details as `TaskService` describes.
       */
      WorkerService: SubtypeConstructor<typeof grpc.Client, _baton_v1_WorkerServiceClient> & { service: _baton_v1_WorkerServiceDefinition }
      WorkerSubscription: MessageTypeDefinition<_baton_v1_WorkerSubscription, _baton_v1_WorkerSubscription__Output>
    }
  }
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
}

