// Original file: baton/v1/worker_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';
import type { LeaseRef as _baton_v1_LeaseRef, LeaseRef__Output as _baton_v1_LeaseRef__Output } from '../../baton/v1/LeaseRef.ts';

/**
 * Answers Hello.
 */
export interface Welcome {
  /**
   * Proves that a worker has the session. Send it in `Hello.resume_session`
   * after a broken stream. It is a secret of 144 random bits: whoever knows it
   * can take the session over and settle its leases. Keep it in memory only;
   * write it to no log, and give it to no handler.
   */
  'sessionKey'?: (string);
  /**
   * How long the session's leases outlive the last heartbeat.
   */
  'leaseTtl'?: (_google_protobuf_Duration | null);
  /**
   * How often to send a heartbeat. A worker that hears nothing for 2.5 times
   * this long ends the stream. A dispatcher does so after `lease_ttl`.
   */
  'heartbeatInterval'?: (_google_protobuf_Duration | null);
  /**
   * The leases of `Hello.held` that the session still holds.
   */
  'kept'?: (_baton_v1_LeaseRef)[];
  /**
   * The leases of `Hello.held` that are lost: stop their handlers and drop
   * their results. For a settlement that is still unanswered the SettleAck
   * decides.
   */
  'lost'?: (_baton_v1_LeaseRef)[];
  /**
   * The most bytes of one message that either side may send.
   */
  'maxMessageBytes'?: (number);
  /**
   * The largest payload and result, in bytes. Check before sending: a larger
   * message ends the stream.
   */
  'maxPayloadBytes'?: (number);
}

/**
 * Answers Hello.
 */
export interface Welcome__Output {
  /**
   * Proves that a worker has the session. Send it in `Hello.resume_session`
   * after a broken stream. It is a secret of 144 random bits: whoever knows it
   * can take the session over and settle its leases. Keep it in memory only;
   * write it to no log, and give it to no handler.
   */
  'sessionKey': (string);
  /**
   * How long the session's leases outlive the last heartbeat.
   */
  'leaseTtl': (_google_protobuf_Duration__Output | null);
  /**
   * How often to send a heartbeat. A worker that hears nothing for 2.5 times
   * this long ends the stream. A dispatcher does so after `lease_ttl`.
   */
  'heartbeatInterval': (_google_protobuf_Duration__Output | null);
  /**
   * The leases of `Hello.held` that the session still holds.
   */
  'kept': (_baton_v1_LeaseRef__Output)[];
  /**
   * The leases of `Hello.held` that are lost: stop their handlers and drop
   * their results. For a settlement that is still unanswered the SettleAck
   * decides.
   */
  'lost': (_baton_v1_LeaseRef__Output)[];
  /**
   * The most bytes of one message that either side may send.
   */
  'maxMessageBytes': (number);
  /**
   * The largest payload and result, in bytes. Check before sending: a larger
   * message ends the stream.
   */
  'maxPayloadBytes': (number);
}
