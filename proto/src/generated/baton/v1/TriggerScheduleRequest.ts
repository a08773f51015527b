// Original file: baton/v1/schedule_service.proto


/**
 * Asks to fire a schedule now.
 */
export interface TriggerScheduleRequest {
  /**
   * Its name. Required.
   */
  'name'?: (string);
  /**
   * Makes a repeat return the first firing. At most 128 bytes. Default: none.
   */
  'requestId'?: (string);
}

/**
 * Asks to fire a schedule now.
 */
export interface TriggerScheduleRequest__Output {
  /**
   * Its name. Required.
   */
  'name': (string);
  /**
   * Makes a repeat return the first firing. At most 128 bytes. Default: none.
   */
  'requestId': (string);
}
