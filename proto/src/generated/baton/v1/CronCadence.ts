// Original file: baton/v1/schedule_service.proto


/**
 * Fires by the calendar.
 */
export interface CronCadence {
  /**
   * Five fields, or six with seconds first, or a nickname such as `@daily`.
   * 
   * Day of month and weekday, where both are given: a day that is either of
   * them matches, so `0 9 13 * 5` fires on each 13th and each Friday. `*` and `?`
   * give none; a step gives one, so `0 9 * /2 * 1` fires on odd days and on
   * Mondays. A `+` before the weekday asks for both: `0 9 13 * +5` fires on
   * Fridays the 13th. Vixie cron takes a field that begins with `*` for not
   * given: what is `0 9 * /2 * 1` there is `0 9 * /2 * +1` here. Weekdays are 0 to 7
   * from Sunday to Sunday: Quartz counts 1 to 7 from Sunday, so use names
   * (`MON`) or subtract 1; its year has no place here, and its `0/15` is `* /15`.
   * `L`, `LW`, `15W`, `FRI#2` and `5L` are understood, `L-3` is not.
   * 
   * A time that the zone skips: fixed times (no `*` and no step in seconds,
   * minutes, hours) fire at the first moment after the gap, even where that is on
   * the next day, and once however many of them were skipped; others not at all.
   * A time that the zone has twice: fixed times fire once, at the first; others
   * at both. Required. At most 256 bytes.
   */
  'expression'?: (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Names of two or three letters
   * but UTC and GMT are refused, since CST is China's as well as Chicago's.
   * Default: `UTC`.
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
   * Day of month and weekday, where both are given: a day that is either of
   * them matches, so `0 9 13 * 5` fires on each 13th and each Friday. `*` and `?`
   * give none; a step gives one, so `0 9 * /2 * 1` fires on odd days and on
   * Mondays. A `+` before the weekday asks for both: `0 9 13 * +5` fires on
   * Fridays the 13th. Vixie cron takes a field that begins with `*` for not
   * given: what is `0 9 * /2 * 1` there is `0 9 * /2 * +1` here. Weekdays are 0 to 7
   * from Sunday to Sunday: Quartz counts 1 to 7 from Sunday, so use names
   * (`MON`) or subtract 1; its year has no place here, and its `0/15` is `* /15`.
   * `L`, `LW`, `15W`, `FRI#2` and `5L` are understood, `L-3` is not.
   * 
   * A time that the zone skips: fixed times (no `*` and no step in seconds,
   * minutes, hours) fire at the first moment after the gap, even where that is on
   * the next day, and once however many of them were skipped; others not at all.
   * A time that the zone has twice: fixed times fire once, at the first; others
   * at both. Required. At most 256 bytes.
   */
  'expression': (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Names of two or three letters
   * but UTC and GMT are refused, since CST is China's as well as Chicago's.
   * Default: `UTC`.
   */
  'timeZone': (string);
}
