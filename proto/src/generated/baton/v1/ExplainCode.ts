// Original file: baton/v1/task_service.proto

/**
 * What can keep a task from running.
 */
export const ExplainCode = {
  /**
   * Not a reason; never sent.
   */
  EXPLAIN_CODE_UNSPECIFIED: 'EXPLAIN_CODE_UNSPECIFIED',
  /**
   * It is not due yet.
   */
  EXPLAIN_CODE_DELAYED: 'EXPLAIN_CODE_DELAYED',
  /**
   * Its last attempt failed and it backs off.
   */
  EXPLAIN_CODE_BACKING_OFF: 'EXPLAIN_CODE_BACKING_OFF',
  /**
   * No live worker takes its queue and type, at any dispatcher.
   */
  EXPLAIN_CODE_NO_WORKER: 'EXPLAIN_CODE_NO_WORKER',
  /**
   * Workers take it, but none has credit.
   */
  EXPLAIN_CODE_NO_CREDIT: 'EXPLAIN_CODE_NO_CREDIT',
  /**
   * Other tasks come first.
   */
  EXPLAIN_CODE_BEHIND_OTHERS: 'EXPLAIN_CODE_BEHIND_OTHERS',
  /**
   * Its queue is paused.
   */
  EXPLAIN_CODE_QUEUE_PAUSED: 'EXPLAIN_CODE_QUEUE_PAUSED',
  /**
   * Its queue is at its concurrency limit.
   */
  EXPLAIN_CODE_CONCURRENCY_LIMIT: 'EXPLAIN_CODE_CONCURRENCY_LIMIT',
  /**
   * Its queue is at its rate limit.
   */
  EXPLAIN_CODE_RATE_LIMIT: 'EXPLAIN_CODE_RATE_LIMIT',
  /**
   * An earlier task of its ordering key is not over.
   */
  EXPLAIN_CODE_ORDERING_KEY: 'EXPLAIN_CODE_ORDERING_KEY',
  /**
   * It may be the task that killed its workers, so it waits for a worker that
   * runs nothing new beside it.
   */
  EXPLAIN_CODE_SUSPECT: 'EXPLAIN_CODE_SUSPECT',
  /**
   * A worker holds its queue (`Release.hold`).
   */
  EXPLAIN_CODE_QUEUE_HELD: 'EXPLAIN_CODE_QUEUE_HELD',
  /**
   * Its concurrency key is paused.
   */
  EXPLAIN_CODE_KEY_PAUSED: 'EXPLAIN_CODE_KEY_PAUSED',
  /**
   * A worker holds its concurrency key (`Release.hold`).
   */
  EXPLAIN_CODE_KEY_HELD: 'EXPLAIN_CODE_KEY_HELD',
  /**
   * Its concurrency key is at its concurrency limit.
   */
  EXPLAIN_CODE_KEY_CONCURRENCY_LIMIT: 'EXPLAIN_CODE_KEY_CONCURRENCY_LIMIT',
  /**
   * Its concurrency key is at its rate limit.
   */
  EXPLAIN_CODE_KEY_RATE_LIMIT: 'EXPLAIN_CODE_KEY_RATE_LIMIT',
} as const;

/**
 * What can keep a task from running.
 */
export type ExplainCode =
  /**
   * Not a reason; never sent.
   */
  | 'EXPLAIN_CODE_UNSPECIFIED'
  | 0
  /**
   * It is not due yet.
   */
  | 'EXPLAIN_CODE_DELAYED'
  | 1
  /**
   * Its last attempt failed and it backs off.
   */
  | 'EXPLAIN_CODE_BACKING_OFF'
  | 2
  /**
   * No live worker takes its queue and type, at any dispatcher.
   */
  | 'EXPLAIN_CODE_NO_WORKER'
  | 3
  /**
   * Workers take it, but none has credit.
   */
  | 'EXPLAIN_CODE_NO_CREDIT'
  | 4
  /**
   * Other tasks come first.
   */
  | 'EXPLAIN_CODE_BEHIND_OTHERS'
  | 5
  /**
   * Its queue is paused.
   */
  | 'EXPLAIN_CODE_QUEUE_PAUSED'
  | 6
  /**
   * Its queue is at its concurrency limit.
   */
  | 'EXPLAIN_CODE_CONCURRENCY_LIMIT'
  | 7
  /**
   * Its queue is at its rate limit.
   */
  | 'EXPLAIN_CODE_RATE_LIMIT'
  | 8
  /**
   * An earlier task of its ordering key is not over.
   */
  | 'EXPLAIN_CODE_ORDERING_KEY'
  | 9
  /**
   * It may be the task that killed its workers, so it waits for a worker that
   * runs nothing new beside it.
   */
  | 'EXPLAIN_CODE_SUSPECT'
  | 10
  /**
   * A worker holds its queue (`Release.hold`).
   */
  | 'EXPLAIN_CODE_QUEUE_HELD'
  | 11
  /**
   * Its concurrency key is paused.
   */
  | 'EXPLAIN_CODE_KEY_PAUSED'
  | 12
  /**
   * A worker holds its concurrency key (`Release.hold`).
   */
  | 'EXPLAIN_CODE_KEY_HELD'
  | 13
  /**
   * Its concurrency key is at its concurrency limit.
   */
  | 'EXPLAIN_CODE_KEY_CONCURRENCY_LIMIT'
  | 14
  /**
   * Its concurrency key is at its rate limit.
   */
  | 'EXPLAIN_CODE_KEY_RATE_LIMIT'
  | 15

/**
 * What can keep a task from running.
 */
export type ExplainCode__Output = typeof ExplainCode[keyof typeof ExplainCode]
