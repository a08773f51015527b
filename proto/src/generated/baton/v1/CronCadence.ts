// Original file: baton/v1/schedule_service.proto


/**
 * Fires by the calendar.
 */
export interface CronCadence {
  /**
   * Five fields, or six with seconds first, or a nickname such as `@daily`.
   * 
   * A time that the zone skips: fixed times (no `*` and no step in seconds,
   * minutes, hours) fire at the first moment after the gap, even where that is on
   * the next day, and once however many of them were skipped; others not at all.
   * A time that the zone has twice: fixed times fire once, at the first; others
   * at both. Required. At most 256 bytes.
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
   * Five fields, or six with seconds first, or a nickname such as `@daily`.
   * 
   * A time that the zone skips: fixed times (no `*` and no step in seconds,
   * minutes, hours) fire at the first moment after the gap, even where that is on
   * the next day, and once however many of them were skipped; others not at all.
   * A time that the zone has twice: fixed times fire once, at the first; others
   * at both. Required. At most 256 bytes.
   */
  'expression': (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Default: `UTC`.
   */
  'timeZone': (string);
}
