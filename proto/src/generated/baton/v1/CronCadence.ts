// Original file: baton/v1/schedule_service.proto


/**
 * Fires by the calendar.
 */
export interface CronCadence {
  /**
   * Five fields, or six with seconds first. Required. At most 256 bytes.
   */
  'expression'?: (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Default: `UTC`.
   */
  'timeZone'?: (string);
}

/**
 * Fires by the calendar.
 */
export interface CronCadence__Output {
  /**
   * Five fields, or six with seconds first. Required. At most 256 bytes.
   */
  'expression': (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Default: `UTC`.
   */
  'timeZone': (string);
}
