// Original file: baton/v1/task.proto


/**
 * What a handler returned.
 */
export interface TaskResult {
  /**
   * The bytes it returned. At most 1 MiB.
   */
  'value'?: (Buffer | Uint8Array | string);
  /**
   * The media type of `value`. At most 128 bytes.
   */
  'contentType'?: (string);
}

/**
 * What a handler returned.
 */
export interface TaskResult__Output {
  /**
   * The bytes it returned. At most 1 MiB.
   */
  'value': (Buffer);
  /**
   * The media type of `value`. At most 128 bytes.
   */
  'contentType': (string);
}
