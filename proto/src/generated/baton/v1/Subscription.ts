// Original file: baton/v1/event_service.proto

import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from '../../baton/v1/TaskSpec.ts';

/**
 * Which events make tasks, and what tasks.
 */
export interface Subscription {
  /**
   * Its name. Required. As `TaskSpec.queue`.
   */
  'name'?: (string);
  /**
   * The event type, exact, or a prefix that ends with `*`.
   * Required. 1 to 256 bytes.
   */
  'eventType'?: (string);
  /**
   * Only events of this source. Default: any.
   */
  'source'?: (string);
  /**
   * Only events whose attributes (`subject` or an extension) have these values.
   * At most 32. Default: any.
   */
  'attributes'?: ({[key: string]: string});
  /**
   * The task that a matching event makes. `payload`, `content_type` and
   * `request_id` come from the event, as do headers: the attributes as `ce-id`,
   * `ce-source`, `ce-type`, `ce-<extension>` and so on, the trace context as
   * `traceparent` and `tracestate`. `run_at` is refused. The label
   * `baton.subscription` is the subscription's name. Required.
   */
  'task'?: (_baton_v1_TaskSpec | null);
  /**
   * Whether it is paused. Set by `PauseSubscription` alone.
   */
  'paused'?: (boolean);
  /**
   * Why what is stored under this name cannot be read, in a listing: it is
   * damaged or of a later version. The other fields but the name are unset then,
   * and no event is delivered to it; it can be put again or deleted. Empty: it
   * was read. Output only.
   */
  'error'?: (string);
}

/**
 * Which events make tasks, and what tasks.
 */
export interface Subscription__Output {
  /**
   * Its name. Required. As `TaskSpec.queue`.
   */
  'name': (string);
  /**
   * The event type, exact, or a prefix that ends with `*`.
   * Required. 1 to 256 bytes.
   */
  'eventType': (string);
  /**
   * Only events of this source. Default: any.
   */
  'source': (string);
  /**
   * Only events whose attributes (`subject` or an extension) have these values.
   * At most 32. Default: any.
   */
  'attributes': ({[key: string]: string});
  /**
   * The task that a matching event makes. `payload`, `content_type` and
   * `request_id` come from the event, as do headers: the attributes as `ce-id`,
   * `ce-source`, `ce-type`, `ce-<extension>` and so on, the trace context as
   * `traceparent` and `tracestate`. `run_at` is refused. The label
   * `baton.subscription` is the subscription's name. Required.
   */
  'task': (_baton_v1_TaskSpec__Output | null);
  /**
   * Whether it is paused. Set by `PauseSubscription` alone.
   */
  'paused': (boolean);
  /**
   * Why what is stored under this name cannot be read, in a listing: it is
   * damaged or of a later version. The other fields but the name are unset then,
   * and no event is delivered to it; it can be put again or deleted. Empty: it
   * was read. Output only.
   */
  'error': (string);
}
