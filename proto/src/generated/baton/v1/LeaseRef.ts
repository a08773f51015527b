// Original file: baton/v1/worker_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Names a lease: the right to run one task and settle it.
 */
export interface LeaseRef {
  /**
   * The task.
   */
  'taskId'?: (string);
  /**
   * The lease's token. The tokens of one task only grow, so a handler can fence
   * its own writes with it. It is no secret and proves nothing: only the
   * session that has the lease can renew or settle it. 1 to 2^53 - 1.
   */
  'leaseToken'?: (number | string | Long);
}

/**
 * Names a lease: the right to run one task and settle it.
 */
export interface LeaseRef__Output {
  /**
   * The task.
   */
  'taskId': (string);
  /**
   * The lease's token. The tokens of one task only grow, so a handler can fence
   * its own writes with it. It is no secret and proves nothing: only the
   * session that has the lease can renew or settle it. 1 to 2^53 - 1.
   */
  'leaseToken': (string);
}
