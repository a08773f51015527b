// Original file: baton/v1/worker_admin_service.proto

import type { Worker as _baton_v1_Worker, Worker__Output as _baton_v1_Worker__Output } from '../../baton/v1/Worker.ts';

/**
 * Answers `ListWorkers`.
 */
export interface ListWorkersResponse {
  /**
   * The workers.
   */
  'workers'?: (_baton_v1_Worker)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken'?: (string);
  /**
   * Queues for which the store does not answer at the moment, or for a part of
   * which. Workers of them may be missing, and what the others run there.
   */
  'unanswered'?: (string)[];
}

/**
 * Answers `ListWorkers`.
 */
export interface ListWorkersResponse__Output {
  /**
   * The workers.
   */
  'workers': (_baton_v1_Worker__Output)[];
  /**
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
  /**
   * Queues for which the store does not answer at the moment, or for a part of
   * which. Workers of them may be missing, and what the others run there.
   */
  'unanswered': (string)[];
}
