// Original file: baton/v1/queue_service.proto

import type { RateLimit as _baton_v1_RateLimit, RateLimit__Output as _baton_v1_RateLimit__Output } from '../../baton/v1/RateLimit.ts';
import type { FairBy as _baton_v1_FairBy, FairBy__Output as _baton_v1_FairBy__Output } from '../../baton/v1/FairBy.ts';
import type { OnDead as _baton_v1_OnDead, OnDead__Output as _baton_v1_OnDead__Output } from '../../baton/v1/OnDead.ts';
import type { RetryPolicy as _baton_v1_RetryPolicy, RetryPolicy__Output as _baton_v1_RetryPolicy__Output } from '../../baton/v1/RetryPolicy.ts';
import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * How a queue flows.
 * 
 * `GetQueue` answers every field. In `UpdateQueue`, a field that is named by
 * the mask and not set gets its default.
 */
export interface QueueSettings {
  /**
   * Grants nothing and accepts submits. Default: no.
   */
  'paused'?: (boolean);
  /**
   * The most tasks that may be SCHEDULED and READY. A submit beyond it is
   * answered RESOURCE_EXHAUSTED (QUEUE_FULL), item by item. Retries, reclaims,
   * redrives and the tasks of schedules and events are never refused. 1 to
   * 10^9. Default (0): no limit.
   */
  'maxBacklog'?: (number | string | Long);
  /**
   * The most tasks that may be LEASED at once. If it is lowered, what runs goes
   * on, and nothing is granted until it fits. 1 to 1000000. Default (0): no
   * limit.
   */
  'concurrencyLimit'?: (number);
  /**
   * The most tasks of one concurrency key that may be LEASED at once, unless
   * the key has a limit of its own. 1 to 1000000. Default (0): no limit.
   */
  'keyConcurrencyLimit'?: (number);
  /**
   * How many tasks may be granted in which time. Each grant counts, those of
   * later attempts too. Absent: any number.
   */
  'rateLimit'?: (_baton_v1_RateLimit | null);
  /**
   * The most tasks of one concurrency key that may be SCHEDULED and READY. As
   * `max_backlog`, so that one tenant's burst does not refuse the submits of
   * all. 1 to 10^9. Default (0): no limit.
   */
  'keyMaxBacklog'?: (number | string | Long);
  /**
   * How many tasks of one concurrency key may be granted in which time, unless
   * the key has a rate of its own. Absent: any number.
   */
  'keyRateLimit'?: (_baton_v1_RateLimit | null);
  /**
   * The share of a concurrency key that has no weight of its own: among keys
   * that have tasks and room, grants are dealt in proportion to the weights.
   * 1 to 100. Default: 1.
   */
  'keyWeight'?: (number);
  /**
   * The share of all tasks without a concurrency key together. 1 to 100.
   * Default: 1.
   */
  'plainWeight'?: (number);
  /**
   * What a grant costs its concurrency key.
   * Default (FAIR_BY_UNSPECIFIED): FAIR_BY_GRANTS.
   */
  'fairBy'?: (_baton_v1_FairBy);
  /**
   * What a dead task does to those behind it in its ordering key.
   * Default (ON_DEAD_UNSPECIFIED): ON_DEAD_CONTINUE.
   */
  'onDead'?: (_baton_v1_OnDead);
  /**
   * The retry policy of tasks that are submitted without one, from now on.
   * Absent: every default of `RetryPolicy`.
   */
  'retryPolicy'?: (_baton_v1_RetryPolicy | null);
  /**
   * The retention of tasks that are submitted without one, from now on. As
   * `TaskSpec.retention`. Absent: 24 h.
   */
  'retention'?: (_google_protobuf_Duration | null);
  /**
   * How many of a task's newest attempts are kept beside the first, for
   * `GetRequest.include_history`. With 0 none is kept. 0 to 100. Default: 20.
   */
  'attemptHistory'?: (number);
  '_paused'?: "paused";
  '_maxBacklog'?: "maxBacklog";
  '_concurrencyLimit'?: "concurrencyLimit";
  '_keyConcurrencyLimit'?: "keyConcurrencyLimit";
  '_keyMaxBacklog'?: "keyMaxBacklog";
  '_keyWeight'?: "keyWeight";
  '_plainWeight'?: "plainWeight";
  '_fairBy'?: "fairBy";
  '_onDead'?: "onDead";
  '_attemptHistory'?: "attemptHistory";
}

/**
 * How a queue flows.
 * 
 * `GetQueue` answers every field. In `UpdateQueue`, a field that is named by
 * the mask and not set gets its default.
 */
export interface QueueSettings__Output {
  /**
   * Grants nothing and accepts submits. Default: no.
   */
  'paused'?: (boolean);
  /**
   * The most tasks that may be SCHEDULED and READY. A submit beyond it is
   * answered RESOURCE_EXHAUSTED (QUEUE_FULL), item by item. Retries, reclaims,
   * redrives and the tasks of schedules and events are never refused. 1 to
   * 10^9. Default (0): no limit.
   */
  'maxBacklog'?: (string);
  /**
   * The most tasks that may be LEASED at once. If it is lowered, what runs goes
   * on, and nothing is granted until it fits. 1 to 1000000. Default (0): no
   * limit.
   */
  'concurrencyLimit'?: (number);
  /**
   * The most tasks of one concurrency key that may be LEASED at once, unless
   * the key has a limit of its own. 1 to 1000000. Default (0): no limit.
   */
  'keyConcurrencyLimit'?: (number);
  /**
   * How many tasks may be granted in which time. Each grant counts, those of
   * later attempts too. Absent: any number.
   */
  'rateLimit': (_baton_v1_RateLimit__Output | null);
  /**
   * The most tasks of one concurrency key that may be SCHEDULED and READY. As
   * `max_backlog`, so that one tenant's burst does not refuse the submits of
   * all. 1 to 10^9. Default (0): no limit.
   */
  'keyMaxBacklog'?: (string);
  /**
   * How many tasks of one concurrency key may be granted in which time, unless
   * the key has a rate of its own. Absent: any number.
   */
  'keyRateLimit': (_baton_v1_RateLimit__Output | null);
  /**
   * The share of a concurrency key that has no weight of its own: among keys
   * that have tasks and room, grants are dealt in proportion to the weights.
   * 1 to 100. Default: 1.
   */
  'keyWeight'?: (number);
  /**
   * The share of all tasks without a concurrency key together. 1 to 100.
   * Default: 1.
   */
  'plainWeight'?: (number);
  /**
   * What a grant costs its concurrency key.
   * Default (FAIR_BY_UNSPECIFIED): FAIR_BY_GRANTS.
   */
  'fairBy'?: (_baton_v1_FairBy__Output);
  /**
   * What a dead task does to those behind it in its ordering key.
   * Default (ON_DEAD_UNSPECIFIED): ON_DEAD_CONTINUE.
   */
  'onDead'?: (_baton_v1_OnDead__Output);
  /**
   * The retry policy of tasks that are submitted without one, from now on.
   * Absent: every default of `RetryPolicy`.
   */
  'retryPolicy': (_baton_v1_RetryPolicy__Output | null);
  /**
   * The retention of tasks that are submitted without one, from now on. As
   * `TaskSpec.retention`. Absent: 24 h.
   */
  'retention': (_google_protobuf_Duration__Output | null);
  /**
   * How many of a task's newest attempts are kept beside the first, for
   * `GetRequest.include_history`. With 0 none is kept. 0 to 100. Default: 20.
   */
  'attemptHistory'?: (number);
  '_paused'?: "paused";
  '_maxBacklog'?: "maxBacklog";
  '_concurrencyLimit'?: "concurrencyLimit";
  '_keyConcurrencyLimit'?: "keyConcurrencyLimit";
  '_keyMaxBacklog'?: "keyMaxBacklog";
  '_keyWeight'?: "keyWeight";
  '_plainWeight'?: "plainWeight";
  '_fairBy'?: "fairBy";
  '_onDead'?: "onDead";
  '_attemptHistory'?: "attemptHistory";
}
