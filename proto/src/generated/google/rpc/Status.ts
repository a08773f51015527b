// Original file: google/rpc/status.proto

import type { Any as _google_protobuf_Any, Any__Output as _google_protobuf_Any__Output } from '../../google/protobuf/Any.ts';

/**
 * The answer to a failed call, as carried by the trailer `grpc-status-details-bin`.
 */
export interface Status {
  /**
   * A google.rpc.Code, equal to the gRPC status code of the call.
   */
  'code'?: (number);
  /**
   * For developers, in English.
   */
  'message'?: (string);
  /**
   * Messages of error_details.proto, at most one of each type.
   */
  'details'?: (_google_protobuf_Any)[];
}

/**
 * The answer to a failed call, as carried by the trailer `grpc-status-details-bin`.
 */
export interface Status__Output {
  /**
   * A google.rpc.Code, equal to the gRPC status code of the call.
   */
  'code': (number);
  /**
   * For developers, in English.
   */
  'message': (string);
  /**
   * Messages of error_details.proto, at most one of each type.
   */
  'details': (_google_protobuf_Any__Output)[];
}
