// Original file: baton/v1/task.proto


/**
 * How far an attempt has come, in the handler's own words.
 */
export interface Progress {
  /**
   * The part that is done. 0 to 1. Absent if the handler did not say.
   */
  'fraction'?: (number | string);
  /**
   * A note for people. At most 1024 bytes.
   */
  'note'?: (string);
  '_fraction'?: "fraction";
}

/**
 * How far an attempt has come, in the handler's own words.
 */
export interface Progress__Output {
  /**
   * The part that is done. 0 to 1. Absent if the handler did not say.
   */
  'fraction'?: (number);
  /**
   * A note for people. At most 1024 bytes.
   */
  'note': (string);
  '_fraction'?: "fraction";
}
