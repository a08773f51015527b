// Original file: baton/v1/schedule_service.proto

import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from '../../baton/v1/TaskSpec.ts';
import type { CronCadence as _baton_v1_CronCadence, CronCadence__Output as _baton_v1_CronCadence__Output } from '../../baton/v1/CronCadence.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { MisfirePolicy as _baton_v1_MisfirePolicy, MisfirePolicy__Output as _baton_v1_MisfirePolicy__Output } from '../../baton/v1/MisfirePolicy.ts';
import type { OverlapPolicy as _baton_v1_OverlapPolicy, OverlapPolicy__Output as _baton_v1_OverlapPolicy__Output } from '../../baton/v1/OverlapPolicy.ts';

/**
 * A schedule.
 */
export interface Schedule {
  /**
   * Its name. Required. As `TaskSpec.queue`.
   */
  'name'?: (string);
  /**
   * The task that a firing submits. The schedule itself sets `request_id`,
   * `delay` and `run_at`, the label `baton.schedule` (its name) and the header
   * `baton-fire-time` (the tick, RFC 3339). Headers that name a span
   * (`traceparent`, `tracestate`, `b3`, `x-b3-…`, `uber-trace-id`) are dropped:
   * each firing begins a trace of its own. Required.
   */
  'task'?: (_baton_v1_TaskSpec | null);
  /**
   * By the calendar.
   */
  'cron'?: (_baton_v1_CronCadence | null);
  /**
   * In fixed intervals, whatever the tasks do. First at `start_time`, or else
   * this long after the schedule's creation. 1 s to 366 days.
   */
  'fixedRate'?: (_google_protobuf_Duration | null);
  /**
   * This long after the last firing's tasks are final. First at `start_time`,
   * or else this long after the schedule's creation. 1 s to 366 days.
   */
  'fixedDelay'?: (_google_protobuf_Duration | null);
  /**
   * Ticks before this do not fire. Default: at once.
   */
  'startTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Ticks after this do not fire. Default: for ever.
   */
  'endTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Each task is delayed by a random time up to this. 0 to 1 h. Default: 0.
   */
  'jitter'?: (_google_protobuf_Duration | null);
  /**
   * What to do about ticks that were missed. Default: FIRE_ONCE.
   */
  'misfirePolicy'?: (_baton_v1_MisfirePolicy);
  /**
   * How late a tick may be before it counts as missed.
   * 1 s to 24 h. Default: 60 s.
   */
  'misfireThreshold'?: (_google_protobuf_Duration | null);
  /**
   * The most ticks that CATCH_UP fires. 1 to 1000. Default (0): 10.
   */
  'catchUpLimit'?: (number);
  /**
   * What to do if tasks of the last firing are not final.
   * Default: SKIP.
   */
  'overlapPolicy'?: (_baton_v1_OverlapPolicy);
  /**
   * That many tasks, with `shard_index` 0 to n - 1. 1 to 1000.
   */
  'staticShards'?: (number);
  /**
   * One for each worker session that is live on the queue and type at the
   * tick. Only that worker may lease it. Only `true` has a meaning.
   */
  'broadcast'?: (boolean);
  /**
   * Whether it is paused. Only `PauseSchedule` and `ResumeSchedule` set it.
   */
  'paused'?: (boolean);
  /**
   * The next tick. Absent if there is none. While the schedule is paused: the
   * next tick that was due before the pause. Output only.
   */
  'nextFireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * The newest tick that was decided. Absent before the first. Output only.
   */
  'lastFireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * In a listing: why the stored schedule cannot be read. It is damaged, or a
   * later version wrote it. Then only the name is set, and it does not fire.
   * Put it again or delete it. Empty: it was read. Output only.
   */
  'error'?: (string);
  /**
   * When it fires. Required.
   */
  'cadence'?: "cron"|"fixedRate"|"fixedDelay";
  /**
   * How many tasks a firing makes. Default: one task, not sharded.
   */
  'shards'?: "staticShards"|"broadcast";
}

/**
 * A schedule.
 */
export interface Schedule__Output {
  /**
   * Its name. Required. As `TaskSpec.queue`.
   */
  'name': (string);
  /**
   * The task that a firing submits. The schedule itself sets `request_id`,
   * `delay` and `run_at`, the label `baton.schedule` (its name) and the header
   * `baton-fire-time` (the tick, RFC 3339). Headers that name a span
   * (`traceparent`, `tracestate`, `b3`, `x-b3-…`, `uber-trace-id`) are dropped:
   * each firing begins a trace of its own. Required.
   */
  'task': (_baton_v1_TaskSpec__Output | null);
  /**
   * By the calendar.
   */
  'cron'?: (_baton_v1_CronCadence__Output | null);
  /**
   * In fixed intervals, whatever the tasks do. First at `start_time`, or else
   * this long after the schedule's creation. 1 s to 366 days.
   */
  'fixedRate'?: (_google_protobuf_Duration__Output | null);
  /**
   * This long after the last firing's tasks are final. First at `start_time`,
   * or else this long after the schedule's creation. 1 s to 366 days.
   */
  'fixedDelay'?: (_google_protobuf_Duration__Output | null);
  /**
   * Ticks before this do not fire. Default: at once.
   */
  'startTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Ticks after this do not fire. Default: for ever.
   */
  'endTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Each task is delayed by a random time up to this. 0 to 1 h. Default: 0.
   */
  'jitter': (_google_protobuf_Duration__Output | null);
  /**
   * What to do about ticks that were missed. Default: FIRE_ONCE.
   */
  'misfirePolicy': (_baton_v1_MisfirePolicy__Output);
  /**
   * How late a tick may be before it counts as missed.
   * 1 s to 24 h. Default: 60 s.
   */
  'misfireThreshold': (_google_protobuf_Duration__Output | null);
  /**
   * The most ticks that CATCH_UP fires. 1 to 1000. Default (0): 10.
   */
  'catchUpLimit': (number);
  /**
   * What to do if tasks of the last firing are not final.
   * Default: SKIP.
   */
  'overlapPolicy': (_baton_v1_OverlapPolicy__Output);
  /**
   * That many tasks, with `shard_index` 0 to n - 1. 1 to 1000.
   */
  'staticShards'?: (number);
  /**
   * One for each worker session that is live on the queue and type at the
   * tick. Only that worker may lease it. Only `true` has a meaning.
   */
  'broadcast'?: (boolean);
  /**
   * Whether it is paused. Only `PauseSchedule` and `ResumeSchedule` set it.
   */
  'paused': (boolean);
  /**
   * The next tick. Absent if there is none. While the schedule is paused: the
   * next tick that was due before the pause. Output only.
   */
  'nextFireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * The newest tick that was decided. Absent before the first. Output only.
   */
  'lastFireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * In a listing: why the stored schedule cannot be read. It is damaged, or a
   * later version wrote it. Then only the name is set, and it does not fire.
   * Put it again or delete it. Empty: it was read. Output only.
   */
  'error': (string);
  /**
   * When it fires. Required.
   */
  'cadence'?: "cron"|"fixedRate"|"fixedDelay";
  /**
   * How many tasks a firing makes. Default: one task, not sharded.
   */
  'shards'?: "staticShards"|"broadcast";
}
