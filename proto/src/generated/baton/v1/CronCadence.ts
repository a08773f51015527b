// Original file: baton/v1/schedule_service.proto


/**
 * Fires by the calendar.
 */
export interface CronCadence {
  /**
   * Five fields, or six with seconds first, or a nickname such as `@daily`.
   * 
   * Day of month and weekday together: a day matches if it is either of them.
   * So `0 9 13 * 5` fires on each 13th and on each Friday. `*` and `?` count as
   * not given. A step counts as given: `0 9 * /2 * 1` fires on odd days and on
   * Mondays. A `+` before the weekday asks for both: `0 9 13 * +5` fires on
   * Fridays the 13th.
   * 
   * Vixie cron differs: there a field that begins with `*` counts as not given.
   * Its `0 9 * /2 * 1` is `0 9 * /2 * +1` here.
   * 
   * Quartz differs: weekdays here are 0 to 7 from Sunday to Sunday, in Quartz 1
   * to 7 from Sunday. Use names (`MON`) or subtract 1. There is no year field,
   * and Quartz' `0/15` is `* /15` here. `L`, `LW`, `15W`, `FRI#2` and `5L` are
   * understood, `L-3` is not.
   * 
   * When the clocks change, fixed times (no `*` and no step in seconds, minutes
   * and hours) differ from others:
   * * A time that the zone skips: fixed times fire at the first moment after
   * the gap, even if that is on the next day, and only once however many were
   * skipped. Others do not fire.
   * * A time that the zone has twice: fixed times fire once, at the first.
   * Others fire at both.
   * 
   * Required. At most 256 bytes.
   */
  'expression'?: (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Names of two or three letters
   * are refused, except UTC and GMT: CST, for example, is China's and
   * Chicago's. Default: `UTC`.
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
   * Day of month and weekday together: a day matches if it is either of them.
   * So `0 9 13 * 5` fires on each 13th and on each Friday. `*` and `?` count as
   * not given. A step counts as given: `0 9 * /2 * 1` fires on odd days and on
   * Mondays. A `+` before the weekday asks for both: `0 9 13 * +5` fires on
   * Fridays the 13th.
   * 
   * Vixie cron differs: there a field that begins with `*` counts as not given.
   * Its `0 9 * /2 * 1` is `0 9 * /2 * +1` here.
   * 
   * Quartz differs: weekdays here are 0 to 7 from Sunday to Sunday, in Quartz 1
   * to 7 from Sunday. Use names (`MON`) or subtract 1. There is no year field,
   * and Quartz' `0/15` is `* /15` here. `L`, `LW`, `15W`, `FRI#2` and `5L` are
   * understood, `L-3` is not.
   * 
   * When the clocks change, fixed times (no `*` and no step in seconds, minutes
   * and hours) differ from others:
   * * A time that the zone skips: fixed times fire at the first moment after
   * the gap, even if that is on the next day, and only once however many were
   * skipped. Others do not fire.
   * * A time that the zone has twice: fixed times fire once, at the first.
   * Others fire at both.
   * 
   * Required. At most 256 bytes.
   */
  'expression': (string);
  /**
   * An IANA time zone, such as `Europe/Berlin`. Names of two or three letters
   * are refused, except UTC and GMT: CST, for example, is China's and
   * Chicago's. Default: `UTC`.
   */
  'timeZone': (string);
}
