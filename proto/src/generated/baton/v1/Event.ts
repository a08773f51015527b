// Original file: baton/v1/event_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * A CloudEvents 1.0 event.
 */
export interface Event {
  /**
   * Unique within `source`. Required. 1 to 256 bytes.
   */
  'id'?: (string);
  /**
   * Who published it; a URI reference. Required. 1 to 1024 bytes.
   */
  'source'?: (string);
  /**
   * What happened, such as `com.example.payment.completed`.
   * Required. 1 to 256 bytes.
   */
  'type'?: (string);
  /**
   * What it is about. At most 1024 bytes. Default: empty.
   */
  'subject'?: (string);
  /**
   * When it happened, cut to milliseconds. Default: not said.
   */
  'time'?: (_google_protobuf_Timestamp | null);
  /**
   * The media type of `data`. At most 128 bytes. Default: empty.
   */
  'dataContentType'?: (string);
  /**
   * The schema of `data`; a URI. At most 1024 bytes. Default: empty.
   */
  'dataSchema'?: (string);
  /**
   * Extension attributes, `traceparent` and `tracestate` among them.
   * At most 32, keys of 1 to 60 characters `[a-z0-9]*`, values of at most 1024
   * bytes.
   */
  'extensions'?: ({[key: string]: string});
  /**
   * The event's data. It becomes the payload of its tasks. At most 1 MiB. JSON
   * (by `data_content_type`) must be UTF-8; a byte order mark is dropped.
   */
  'data'?: (Buffer | Uint8Array | string);
}

/**
 * A CloudEvents 1.0 event.
 */
export interface Event__Output {
  /**
   * Unique within `source`. Required. 1 to 256 bytes.
   */
  'id': (string);
  /**
   * Who published it; a URI reference. Required. 1 to 1024 bytes.
   */
  'source': (string);
  /**
   * What happened, such as `com.example.payment.completed`.
   * Required. 1 to 256 bytes.
   */
  'type': (string);
  /**
   * What it is about. At most 1024 bytes. Default: empty.
   */
  'subject': (string);
  /**
   * When it happened, cut to milliseconds. Default: not said.
   */
  'time': (_google_protobuf_Timestamp__Output | null);
  /**
   * The media type of `data`. At most 128 bytes. Default: empty.
   */
  'dataContentType': (string);
  /**
   * The schema of `data`; a URI. At most 1024 bytes. Default: empty.
   */
  'dataSchema': (string);
  /**
   * Extension attributes, `traceparent` and `tracestate` among them.
   * At most 32, keys of 1 to 60 characters `[a-z0-9]*`, values of at most 1024
   * bytes.
   */
  'extensions': ({[key: string]: string});
  /**
   * The event's data. It becomes the payload of its tasks. At most 1 MiB. JSON
   * (by `data_content_type`) must be UTF-8; a byte order mark is dropped.
   */
  'data': (Buffer);
}
