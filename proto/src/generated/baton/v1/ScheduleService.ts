// Original file: baton/v1/schedule_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeleteScheduleRequest as _baton_v1_DeleteScheduleRequest, DeleteScheduleRequest__Output as _baton_v1_DeleteScheduleRequest__Output } from '../../baton/v1/DeleteScheduleRequest.ts';
import type { DeleteScheduleResponse as _baton_v1_DeleteScheduleResponse, DeleteScheduleResponse__Output as _baton_v1_DeleteScheduleResponse__Output } from '../../baton/v1/DeleteScheduleResponse.ts';
import type { GetScheduleRequest as _baton_v1_GetScheduleRequest, GetScheduleRequest__Output as _baton_v1_GetScheduleRequest__Output } from '../../baton/v1/GetScheduleRequest.ts';
import type { GetScheduleResponse as _baton_v1_GetScheduleResponse, GetScheduleResponse__Output as _baton_v1_GetScheduleResponse__Output } from '../../baton/v1/GetScheduleResponse.ts';
import type { ListFiringsRequest as _baton_v1_ListFiringsRequest, ListFiringsRequest__Output as _baton_v1_ListFiringsRequest__Output } from '../../baton/v1/ListFiringsRequest.ts';
import type { ListFiringsResponse as _baton_v1_ListFiringsResponse, ListFiringsResponse__Output as _baton_v1_ListFiringsResponse__Output } from '../../baton/v1/ListFiringsResponse.ts';
import type { ListSchedulesRequest as _baton_v1_ListSchedulesRequest, ListSchedulesRequest__Output as _baton_v1_ListSchedulesRequest__Output } from '../../baton/v1/ListSchedulesRequest.ts';
import type { ListSchedulesResponse as _baton_v1_ListSchedulesResponse, ListSchedulesResponse__Output as _baton_v1_ListSchedulesResponse__Output } from '../../baton/v1/ListSchedulesResponse.ts';
import type { PauseScheduleRequest as _baton_v1_PauseScheduleRequest, PauseScheduleRequest__Output as _baton_v1_PauseScheduleRequest__Output } from '../../baton/v1/PauseScheduleRequest.ts';
import type { PauseScheduleResponse as _baton_v1_PauseScheduleResponse, PauseScheduleResponse__Output as _baton_v1_PauseScheduleResponse__Output } from '../../baton/v1/PauseScheduleResponse.ts';
import type { PutScheduleRequest as _baton_v1_PutScheduleRequest, PutScheduleRequest__Output as _baton_v1_PutScheduleRequest__Output } from '../../baton/v1/PutScheduleRequest.ts';
import type { PutScheduleResponse as _baton_v1_PutScheduleResponse, PutScheduleResponse__Output as _baton_v1_PutScheduleResponse__Output } from '../../baton/v1/PutScheduleResponse.ts';
import type { ResumeScheduleRequest as _baton_v1_ResumeScheduleRequest, ResumeScheduleRequest__Output as _baton_v1_ResumeScheduleRequest__Output } from '../../baton/v1/ResumeScheduleRequest.ts';
import type { ResumeScheduleResponse as _baton_v1_ResumeScheduleResponse, ResumeScheduleResponse__Output as _baton_v1_ResumeScheduleResponse__Output } from '../../baton/v1/ResumeScheduleResponse.ts';
import type { TriggerScheduleRequest as _baton_v1_TriggerScheduleRequest, TriggerScheduleRequest__Output as _baton_v1_TriggerScheduleRequest__Output } from '../../baton/v1/TriggerScheduleRequest.ts';
import type { TriggerScheduleResponse as _baton_v1_TriggerScheduleResponse, TriggerScheduleResponse__Output as _baton_v1_TriggerScheduleResponse__Output } from '../../baton/v1/TriggerScheduleResponse.ts';

/**
 * Keeps schedules. A schedule submits tasks by the clock. Each tick has exactly
 * one firing, however many dispatchers run.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface ScheduleServiceClient extends grpc.Client {
  /**
   * Forgets the schedule. Tasks of earlier firings stay, unless
   * `cancel_waiting_tasks` is set. Idempotent.
   * 
   * Errors: none of its own.
   */
  DeleteSchedule(argument: _baton_v1_DeleteScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  DeleteSchedule(argument: _baton_v1_DeleteScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  DeleteSchedule(argument: _baton_v1_DeleteScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  DeleteSchedule(argument: _baton_v1_DeleteScheduleRequest, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Forgets the schedule. Tasks of earlier firings stay, unless
   * `cancel_waiting_tasks` is set. Idempotent.
   * 
   * Errors: none of its own.
   */
  deleteSchedule(argument: _baton_v1_DeleteScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _baton_v1_DeleteScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _baton_v1_DeleteScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  deleteSchedule(argument: _baton_v1_DeleteScheduleRequest, callback: grpc.requestCallback<_baton_v1_DeleteScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns one schedule. Reads only.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  GetSchedule(argument: _baton_v1_GetScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  GetSchedule(argument: _baton_v1_GetScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  GetSchedule(argument: _baton_v1_GetScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  GetSchedule(argument: _baton_v1_GetScheduleRequest, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns one schedule. Reads only.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  getSchedule(argument: _baton_v1_GetScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  getSchedule(argument: _baton_v1_GetScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  getSchedule(argument: _baton_v1_GetScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  getSchedule(argument: _baton_v1_GetScheduleRequest, callback: grpc.requestCallback<_baton_v1_GetScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns a page of the schedule's last 100 firings, newest first. Reads
   * only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   * NOT_FOUND: no such schedule.
   */
  ListFirings(argument: _baton_v1_ListFiringsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  ListFirings(argument: _baton_v1_ListFiringsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  ListFirings(argument: _baton_v1_ListFiringsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  ListFirings(argument: _baton_v1_ListFiringsRequest, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns a page of the schedule's last 100 firings, newest first. Reads
   * only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   * NOT_FOUND: no such schedule.
   */
  listFirings(argument: _baton_v1_ListFiringsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  listFirings(argument: _baton_v1_ListFiringsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  listFirings(argument: _baton_v1_ListFiringsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  listFirings(argument: _baton_v1_ListFiringsRequest, callback: grpc.requestCallback<_baton_v1_ListFiringsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Returns a page of the schedules, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListSchedules(argument: _baton_v1_ListSchedulesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  ListSchedules(argument: _baton_v1_ListSchedulesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  ListSchedules(argument: _baton_v1_ListSchedulesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  ListSchedules(argument: _baton_v1_ListSchedulesRequest, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Returns a page of the schedules, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  listSchedules(argument: _baton_v1_ListSchedulesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _baton_v1_ListSchedulesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _baton_v1_ListSchedulesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  listSchedules(argument: _baton_v1_ListSchedulesRequest, callback: grpc.requestCallback<_baton_v1_ListSchedulesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Pauses a schedule until it is resumed. A tick that was due when the pause
   * was stored, by the store's clock, still fires, as the misfire and overlap
   * policies say: at once, or as soon as a dispatcher gets to it, also after a
   * crash. Ticks that are due later do not fire. A trigger fires. Idempotent: a
   * repeat keeps the first pause's time.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  PauseSchedule(argument: _baton_v1_PauseScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  PauseSchedule(argument: _baton_v1_PauseScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  PauseSchedule(argument: _baton_v1_PauseScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  PauseSchedule(argument: _baton_v1_PauseScheduleRequest, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Pauses a schedule until it is resumed. A tick that was due when the pause
   * was stored, by the store's clock, still fires, as the misfire and overlap
   * policies say: at once, or as soon as a dispatcher gets to it, also after a
   * crash. Ticks that are due later do not fire. A trigger fires. Idempotent: a
   * repeat keeps the first pause's time.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  pauseSchedule(argument: _baton_v1_PauseScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  pauseSchedule(argument: _baton_v1_PauseScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  pauseSchedule(argument: _baton_v1_PauseScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  pauseSchedule(argument: _baton_v1_PauseScheduleRequest, callback: grpc.requestCallback<_baton_v1_PauseScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Creates the schedule, or replaces the one of the same name. If cadence,
   * start and end stay the same, so do the ticks: those that are due or wait
   * fire with the new task. If not, ticks start anew, and those that are due or
   * wait are dropped; one firing says so. Tasks that were submitted stay as
   * they are. A name that was deleted makes a new schedule: it knows nothing of
   * the old one's firings and request ids. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range, or the schedule
   * would never fire.
   */
  PutSchedule(argument: _baton_v1_PutScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  PutSchedule(argument: _baton_v1_PutScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  PutSchedule(argument: _baton_v1_PutScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  PutSchedule(argument: _baton_v1_PutScheduleRequest, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Creates the schedule, or replaces the one of the same name. If cadence,
   * start and end stay the same, so do the ticks: those that are due or wait
   * fire with the new task. If not, ticks start anew, and those that are due or
   * wait are dropped; one firing says so. Tasks that were submitted stay as
   * they are. A name that was deleted makes a new schedule: it knows nothing of
   * the old one's firings and request ids. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range, or the schedule
   * would never fire.
   */
  putSchedule(argument: _baton_v1_PutScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  putSchedule(argument: _baton_v1_PutScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  putSchedule(argument: _baton_v1_PutScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  putSchedule(argument: _baton_v1_PutScheduleRequest, callback: grpc.requestCallback<_baton_v1_PutScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Resumes a schedule from the next tick on. The ticks of the pause do not
   * fire later. The ticks that were due before it do (at most the 1000 that may
   * wait). Idempotent.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  ResumeSchedule(argument: _baton_v1_ResumeScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  ResumeSchedule(argument: _baton_v1_ResumeScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  ResumeSchedule(argument: _baton_v1_ResumeScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  ResumeSchedule(argument: _baton_v1_ResumeScheduleRequest, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Resumes a schedule from the next tick on. The ticks of the pause do not
   * fire later. The ticks that were due before it do (at most the 1000 that may
   * wait). Idempotent.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  resumeSchedule(argument: _baton_v1_ResumeScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  resumeSchedule(argument: _baton_v1_ResumeScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  resumeSchedule(argument: _baton_v1_ResumeScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  resumeSchedule(argument: _baton_v1_ResumeScheduleRequest, callback: grpc.requestCallback<_baton_v1_ResumeScheduleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Fires once now, beside the ticks, whatever runs, and also while the
   * schedule is paused. Idempotent if a request id is given, as long as the
   * firing is among the last 100.
   * 
   * Errors:
   * INVALID_ARGUMENT: the request id is malformed.
   * NOT_FOUND: no such schedule.
   * RESOURCE_EXHAUSTED: 1000 triggers wait already.
   */
  TriggerSchedule(argument: _baton_v1_TriggerScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  TriggerSchedule(argument: _baton_v1_TriggerScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  TriggerSchedule(argument: _baton_v1_TriggerScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  TriggerSchedule(argument: _baton_v1_TriggerScheduleRequest, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Fires once now, beside the ticks, whatever runs, and also while the
   * schedule is paused. Idempotent if a request id is given, as long as the
   * firing is among the last 100.
   * 
   * Errors:
   * INVALID_ARGUMENT: the request id is malformed.
   * NOT_FOUND: no such schedule.
   * RESOURCE_EXHAUSTED: 1000 triggers wait already.
   */
  triggerSchedule(argument: _baton_v1_TriggerScheduleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  triggerSchedule(argument: _baton_v1_TriggerScheduleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  triggerSchedule(argument: _baton_v1_TriggerScheduleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  triggerSchedule(argument: _baton_v1_TriggerScheduleRequest, callback: grpc.requestCallback<_baton_v1_TriggerScheduleResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Keeps schedules. A schedule submits tasks by the clock. Each tick has exactly
 * one firing, however many dispatchers run.
 * 
 * Errors carry details, and every method may end with UNAVAILABLE or INTERNAL,
 * as `TaskService` describes.
 */
export interface ScheduleServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Forgets the schedule. Tasks of earlier firings stay, unless
   * `cancel_waiting_tasks` is set. Idempotent.
   * 
   * Errors: none of its own.
   */
  DeleteSchedule: grpc.handleUnaryCall<_baton_v1_DeleteScheduleRequest__Output, _baton_v1_DeleteScheduleResponse>;
  
  /**
   * Returns one schedule. Reads only.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  GetSchedule: grpc.handleUnaryCall<_baton_v1_GetScheduleRequest__Output, _baton_v1_GetScheduleResponse>;
  
  /**
   * Returns a page of the schedule's last 100 firings, newest first. Reads
   * only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   * NOT_FOUND: no such schedule.
   */
  ListFirings: grpc.handleUnaryCall<_baton_v1_ListFiringsRequest__Output, _baton_v1_ListFiringsResponse>;
  
  /**
   * Returns a page of the schedules, by name. Reads only.
   * 
   * Errors:
   * INVALID_ARGUMENT: the page token is malformed.
   */
  ListSchedules: grpc.handleUnaryCall<_baton_v1_ListSchedulesRequest__Output, _baton_v1_ListSchedulesResponse>;
  
  /**
   * Pauses a schedule until it is resumed. A tick that was due when the pause
   * was stored, by the store's clock, still fires, as the misfire and overlap
   * policies say: at once, or as soon as a dispatcher gets to it, also after a
   * crash. Ticks that are due later do not fire. A trigger fires. Idempotent: a
   * repeat keeps the first pause's time.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  PauseSchedule: grpc.handleUnaryCall<_baton_v1_PauseScheduleRequest__Output, _baton_v1_PauseScheduleResponse>;
  
  /**
   * Creates the schedule, or replaces the one of the same name. If cadence,
   * start and end stay the same, so do the ticks: those that are due or wait
   * fire with the new task. If not, ticks start anew, and those that are due or
   * wait are dropped; one firing says so. Tasks that were submitted stay as
   * they are. A name that was deleted makes a new schedule: it knows nothing of
   * the old one's firings and request ids. Idempotent.
   * 
   * Errors:
   * INVALID_ARGUMENT: a field is missing or out of its range, or the schedule
   * would never fire.
   */
  PutSchedule: grpc.handleUnaryCall<_baton_v1_PutScheduleRequest__Output, _baton_v1_PutScheduleResponse>;
  
  /**
   * Resumes a schedule from the next tick on. The ticks of the pause do not
   * fire later. The ticks that were due before it do (at most the 1000 that may
   * wait). Idempotent.
   * 
   * Errors:
   * NOT_FOUND: no such schedule.
   */
  ResumeSchedule: grpc.handleUnaryCall<_baton_v1_ResumeScheduleRequest__Output, _baton_v1_ResumeScheduleResponse>;
  
  /**
   * Fires once now, beside the ticks, whatever runs, and also while the
   * schedule is paused. Idempotent if a request id is given, as long as the
   * firing is among the last 100.
   * 
   * Errors:
   * INVALID_ARGUMENT: the request id is malformed.
   * NOT_FOUND: no such schedule.
   * RESOURCE_EXHAUSTED: 1000 triggers wait already.
   */
  TriggerSchedule: grpc.handleUnaryCall<_baton_v1_TriggerScheduleRequest__Output, _baton_v1_TriggerScheduleResponse>;
  
}

export interface ScheduleServiceDefinition extends grpc.ServiceDefinition {
  DeleteSchedule: MethodDefinition<_baton_v1_DeleteScheduleRequest, _baton_v1_DeleteScheduleResponse, _baton_v1_DeleteScheduleRequest__Output, _baton_v1_DeleteScheduleResponse__Output>
  GetSchedule: MethodDefinition<_baton_v1_GetScheduleRequest, _baton_v1_GetScheduleResponse, _baton_v1_GetScheduleRequest__Output, _baton_v1_GetScheduleResponse__Output>
  ListFirings: MethodDefinition<_baton_v1_ListFiringsRequest, _baton_v1_ListFiringsResponse, _baton_v1_ListFiringsRequest__Output, _baton_v1_ListFiringsResponse__Output>
  ListSchedules: MethodDefinition<_baton_v1_ListSchedulesRequest, _baton_v1_ListSchedulesResponse, _baton_v1_ListSchedulesRequest__Output, _baton_v1_ListSchedulesResponse__Output>
  PauseSchedule: MethodDefinition<_baton_v1_PauseScheduleRequest, _baton_v1_PauseScheduleResponse, _baton_v1_PauseScheduleRequest__Output, _baton_v1_PauseScheduleResponse__Output>
  PutSchedule: MethodDefinition<_baton_v1_PutScheduleRequest, _baton_v1_PutScheduleResponse, _baton_v1_PutScheduleRequest__Output, _baton_v1_PutScheduleResponse__Output>
  ResumeSchedule: MethodDefinition<_baton_v1_ResumeScheduleRequest, _baton_v1_ResumeScheduleResponse, _baton_v1_ResumeScheduleRequest__Output, _baton_v1_ResumeScheduleResponse__Output>
  TriggerSchedule: MethodDefinition<_baton_v1_TriggerScheduleRequest, _baton_v1_TriggerScheduleResponse, _baton_v1_TriggerScheduleRequest__Output, _baton_v1_TriggerScheduleResponse__Output>
}
