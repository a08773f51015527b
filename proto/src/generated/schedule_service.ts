import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _baton_v1_Attempt, Attempt__Output as _baton_v1_Attempt__Output } from './baton/v1/Attempt.ts';
import type { AttemptHistory as _baton_v1_AttemptHistory, AttemptHistory__Output as _baton_v1_AttemptHistory__Output } from './baton/v1/AttemptHistory.ts';
import type { CronCadence as _baton_v1_CronCadence, CronCadence__Output as _baton_v1_CronCadence__Output } from './baton/v1/CronCadence.ts';
import type { DeleteScheduleRequest as _baton_v1_DeleteScheduleRequest, DeleteScheduleRequest__Output as _baton_v1_DeleteScheduleRequest__Output } from './baton/v1/DeleteScheduleRequest.ts';
import type { DeleteScheduleResponse as _baton_v1_DeleteScheduleResponse, DeleteScheduleResponse__Output as _baton_v1_DeleteScheduleResponse__Output } from './baton/v1/DeleteScheduleResponse.ts';
import type { Failure as _baton_v1_Failure, Failure__Output as _baton_v1_Failure__Output } from './baton/v1/Failure.ts';
import type { Firing as _baton_v1_Firing, Firing__Output as _baton_v1_Firing__Output } from './baton/v1/Firing.ts';
import type { GetScheduleRequest as _baton_v1_GetScheduleRequest, GetScheduleRequest__Output as _baton_v1_GetScheduleRequest__Output } from './baton/v1/GetScheduleRequest.ts';
import type { GetScheduleResponse as _baton_v1_GetScheduleResponse, GetScheduleResponse__Output as _baton_v1_GetScheduleResponse__Output } from './baton/v1/GetScheduleResponse.ts';
import type { ListFiringsRequest as _baton_v1_ListFiringsRequest, ListFiringsRequest__Output as _baton_v1_ListFiringsRequest__Output } from './baton/v1/ListFiringsRequest.ts';
import type { ListFiringsResponse as _baton_v1_ListFiringsResponse, ListFiringsResponse__Output as _baton_v1_ListFiringsResponse__Output } from './baton/v1/ListFiringsResponse.ts';
import type { ListSchedulesRequest as _baton_v1_ListSchedulesRequest, ListSchedulesRequest__Output as _baton_v1_ListSchedulesRequest__Output } from './baton/v1/ListSchedulesRequest.ts';
import type { ListSchedulesResponse as _baton_v1_ListSchedulesResponse, ListSchedulesResponse__Output as _baton_v1_ListSchedulesResponse__Output } from './baton/v1/ListSchedulesResponse.ts';
import type { PauseScheduleRequest as _baton_v1_PauseScheduleRequest, PauseScheduleRequest__Output as _baton_v1_PauseScheduleRequest__Output } from './baton/v1/PauseScheduleRequest.ts';
import type { PauseScheduleResponse as _baton_v1_PauseScheduleResponse, PauseScheduleResponse__Output as _baton_v1_PauseScheduleResponse__Output } from './baton/v1/PauseScheduleResponse.ts';
import type { Progress as _baton_v1_Progress, Progress__Output as _baton_v1_Progress__Output } from './baton/v1/Progress.ts';
import type { PutScheduleRequest as _baton_v1_PutScheduleRequest, PutScheduleRequest__Output as _baton_v1_PutScheduleRequest__Output } from './baton/v1/PutScheduleRequest.ts';
import type { PutScheduleResponse as _baton_v1_PutScheduleResponse, PutScheduleResponse__Output as _baton_v1_PutScheduleResponse__Output } from './baton/v1/PutScheduleResponse.ts';
import type { ResumeScheduleRequest as _baton_v1_ResumeScheduleRequest, ResumeScheduleRequest__Output as _baton_v1_ResumeScheduleRequest__Output } from './baton/v1/ResumeScheduleRequest.ts';
import type { ResumeScheduleResponse as _baton_v1_ResumeScheduleResponse, ResumeScheduleResponse__Output as _baton_v1_ResumeScheduleResponse__Output } from './baton/v1/ResumeScheduleResponse.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from './baton/v1/RetryPolicy.ts';
import type { Schedule as _baton_v1_Schedule, Schedule__Output as _baton_v1_Schedule__Output } from './baton/v1/Schedule.ts';
import type { ScheduleServiceClient as _baton_v1_ScheduleServiceClient, ScheduleServiceDefinition as _baton_v1_ScheduleServiceDefinition } from './baton/v1/ScheduleService.ts';
import type { Task as _baton_v1_Task, Task__Output as _baton_v1_Task__Output } from './baton/v1/Task.ts';
import type { TaskResult as _baton_v1_TaskResult, TaskResult__Output as _baton_v1_TaskResult__Output } from './baton/v1/TaskResult.ts';
import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from './baton/v1/TaskSpec.ts';
import type { TriggerScheduleRequest as _baton_v1_TriggerScheduleRequest, TriggerScheduleRequest__Output as _baton_v1_TriggerScheduleRequest__Output } from './baton/v1/TriggerScheduleRequest.ts';
import type { TriggerScheduleResponse as _baton_v1_TriggerScheduleResponse, TriggerScheduleResponse__Output as _baton_v1_TriggerScheduleResponse__Output } from './baton/v1/TriggerScheduleResponse.ts';
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
      CronCadence: MessageTypeDefinition<_baton_v1_CronCadence, _baton_v1_CronCadence__Output>
      DeleteScheduleRequest: MessageTypeDefinition<_baton_v1_DeleteScheduleRequest, _baton_v1_DeleteScheduleRequest__Output>
      DeleteScheduleResponse: MessageTypeDefinition<_baton_v1_DeleteScheduleResponse, _baton_v1_DeleteScheduleResponse__Output>
      Failure: MessageTypeDefinition<_baton_v1_Failure, _baton_v1_Failure__Output>
      Firing: MessageTypeDefinition<_baton_v1_Firing, _baton_v1_Firing__Output>
      FiringOutcome: EnumTypeDefinition
      GetScheduleRequest: MessageTypeDefinition<_baton_v1_GetScheduleRequest, _baton_v1_GetScheduleRequest__Output>
      GetScheduleResponse: MessageTypeDefinition<_baton_v1_GetScheduleResponse, _baton_v1_GetScheduleResponse__Output>
      ListFiringsRequest: MessageTypeDefinition<_baton_v1_ListFiringsRequest, _baton_v1_ListFiringsRequest__Output>
      ListFiringsResponse: MessageTypeDefinition<_baton_v1_ListFiringsResponse, _baton_v1_ListFiringsResponse__Output>
      ListSchedulesRequest: MessageTypeDefinition<_baton_v1_ListSchedulesRequest, _baton_v1_ListSchedulesRequest__Output>
      ListSchedulesResponse: MessageTypeDefinition<_baton_v1_ListSchedulesResponse, _baton_v1_ListSchedulesResponse__Output>
      MisfirePolicy: EnumTypeDefinition
      OverlapPolicy: EnumTypeDefinition
      PauseScheduleRequest: MessageTypeDefinition<_baton_v1_PauseScheduleRequest, _baton_v1_PauseScheduleRequest__Output>
      PauseScheduleResponse: MessageTypeDefinition<_baton_v1_PauseScheduleResponse, _baton_v1_PauseScheduleResponse__Output>
      Progress: MessageTypeDefinition<_baton_v1_Progress, _baton_v1_Progress__Output>
      PutScheduleRequest: MessageTypeDefinition<_baton_v1_PutScheduleRequest, _baton_v1_PutScheduleRequest__Output>
      PutScheduleResponse: MessageTypeDefinition<_baton_v1_PutScheduleResponse, _baton_v1_PutScheduleResponse__Output>
      ResumeScheduleRequest: MessageTypeDefinition<_baton_v1_ResumeScheduleRequest, _baton_v1_ResumeScheduleRequest__Output>
      ResumeScheduleResponse: MessageTypeDefinition<_baton_v1_ResumeScheduleResponse, _baton_v1_ResumeScheduleResponse__Output>
      RetryPolicy: MessageTypeDefinition<_baton_v1_RetryPolicy, _baton_v1_RetryPolicy__Output>
      Schedule: MessageTypeDefinition<_baton_v1_Schedule, _baton_v1_Schedule__Output>
      /**
       * Keeps schedules. A schedule submits tasks by the clock. Each tick has exactly
       * one firing, however many dispatchers run.
       * 
       * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
       * as `TaskService` describes.
       */
      ScheduleService: SubtypeConstructor<typeof grpc.Client, _baton_v1_ScheduleServiceClient> & { service: _baton_v1_ScheduleServiceDefinition }
      Task: MessageTypeDefinition<_baton_v1_Task, _baton_v1_Task__Output>
      TaskResult: MessageTypeDefinition<_baton_v1_TaskResult, _baton_v1_TaskResult__Output>
      TaskSpec: MessageTypeDefinition<_baton_v1_TaskSpec, _baton_v1_TaskSpec__Output>
      TaskState: EnumTypeDefinition
      TriggerScheduleRequest: MessageTypeDefinition<_baton_v1_TriggerScheduleRequest, _baton_v1_TriggerScheduleRequest__Output>
      TriggerScheduleResponse: MessageTypeDefinition<_baton_v1_TriggerScheduleResponse, _baton_v1_TriggerScheduleResponse__Output>
    }
  }
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
}

