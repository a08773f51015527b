// Original file: baton/v1/worker_service.proto

import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';

/**
 * Answers Heartbeat; always sent. The session's leases are good for another
 * `Welcome.lease_ttl`, counted from when the heartbeat was sent.
 */
export interface HeartbeatAck {
  /**
   * Leases that the session no longer holds: stop their handlers.
   */
  'lost'?: (_baton_v1_LeaseRef)[];
  /**
   * Leases whose tasks were cancelled: stop their handlers.
   */
  'cancelled'?: (_baton_v1_LeaseRef)[];
  /**
   * `Heartbeat.sequence` of the heartbeat that it answers.
   */
  'sequence'?: (number);
}

/**
 * Answers Heartbeat; always sent. The session's leases are good for another
 * `Welcome.lease_ttl`, counted from when the heartbeat was sent.
 */
export interface HeartbeatAck__Output {
  /**
   * Leases that the session no longer holds: stop their handlers.
   */
  'lost': (_baton_v1_LeaseRef__Output)[];
  /**
   * Leases whose tasks were cancelled: stop their handlers.
   */
  'cancelled': (_baton_v1_LeaseRef__Output)[];
  /**
   * `Heartbeat.sequence` of the heartbeat that it answers.
   */
  'sequence': (number);
}
