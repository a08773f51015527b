import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
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
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
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

