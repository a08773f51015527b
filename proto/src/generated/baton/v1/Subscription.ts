// Original file: baton/v1/event_service.proto

import type { TaskSpec as _baton_v1_TaskSpec, TaskSpec__Output as _baton_v1_TaskSpec__Output } from '../../baton/v1/TaskSpec.ts';

/**
 * Which events make tasks, and which tasks.
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
   * The task that a matching event makes. The event gives it `payload`,
   * `content_type`, `request_id` and headers: the attributes as `ce-id`,
   * `ce-source`, `ce-type`, `ce-<extension>` and so on, the trace context as
   * `traceparent` and `tracestate`. Headers of its own that name a span (`b3`,
   * `x-b3-…` and `uber-trace-id` too) are left out. `run_at` is refused. The
   * label `baton.subscription` is the subscription's name. Required.
   */
  'task'?: (_baton_v1_TaskSpec | null);
  /**
   * Whether it is paused. Only `PauseSubscription` sets it.
   */
  'paused'?: (boolean);
  /**
   * In a listing: why the stored subscription cannot be read. It is damaged, or
   * a later version wrote it. Then only the name is set, and no event is
   * delivered to it. Put it again or delete it. Empty: it was read. Output
   * only.
   */
  'error'?: (string);
}

/**
 * Which events make tasks, and which tasks.
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
   * The task that a matching event makes. The event gives it `payload`,
   * `content_type`, `request_id` and headers: the attributes as `ce-id`,
   * `ce-source`, `ce-type`, `ce-<extension>` and so on, the trace context as
   * `traceparent` and `tracestate`. Headers of its own that name a span (`b3`,
   * `x-b3-…` and `uber-trace-id` too) are left out. `run_at` is refused. The
   * label `baton.subscription` is the subscription's name. Required.
   */
  'task': (_baton_v1_TaskSpec__Output | null);
  /**
   * Whether it is paused. Only `PauseSubscription` sets it.
   */
  'paused': (boolean);
  /**
   * In a listing: why the stored subscription cannot be read. It is damaged, or
   * a later version wrote it. Then only the name is set, and no event is
   * delivered to it. Put it again or delete it. Empty: it was read. Output
   * only.
   */
  'error': (string);
}
