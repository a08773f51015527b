// Original file: baton/v1/queue_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * READY tasks that are held back. Each counts once, at the first cause that
 * holds it.
 */
export interface BlockedTasks {
  /**
   * Their queue is paused.
   */
  'paused'?: (number | string | Long);
  /**
   * A worker holds their queue (`Release.hold`).
   */
  'held'?: (number | string | Long);
  /**
   * Their queue is at its concurrency limit.
   */
  'concurrency'?: (number | string | Long);
  /**
   * Their queue is at its rate limit.
   */
  'rate'?: (number | string | Long);
  /**
   * Their concurrency key is paused, held or at a limit.
   */
  'key'?: (number | string | Long);
  /**
   * An earlier task of their ordering key is not over.
   */
  'ordering'?: (number | string | Long);
}

/**
 * READY tasks that are held back. Each counts once, at the first cause that
 * holds it.
 */
export interface BlockedTasks__Output {
  /**
   * Their queue is paused.
   */
  'paused': (string);
  /**
   * A worker holds their queue (`Release.hold`).
   */
  'held': (string);
  /**
   * Their queue is at its concurrency limit.
   */
  'concurrency': (string);
  /**
   * Their queue is at its rate limit.
   */
  'rate': (string);
  /**
   * Their concurrency key is paused, held or at a limit.
   */
  'key': (string);
  /**
   * An earlier task of their ordering key is not over.
   */
  'ordering': (string);
}
