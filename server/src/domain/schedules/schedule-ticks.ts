import { calendarFor } from "./cron.ts";
import type { Schedule, ScheduleDefinition, ScheduleState } from "./schedule.ts";

/** The cadence with the bounds that a schedule puts on it. */
export interface Ticks {
  /** The first tick after the time; null where there is none, as for a fixed delay. */
  next(afterMs: number): number | null;
  /** The last ticks from `fromMs` to before `beforeMs`, at most so many, oldest first. */
  newest(fromMs: number, beforeMs: number, limit: number): number[];
}

/** What {@link ticksOf} needs to know. */
export type TickSource = Pick<ScheduleDefinition, "cadence" | "startAtMs" | "endAtMs"> &
  Pick<ScheduleState, "anchorMs">;

/** Returns a schedule's ticks. */
export function ticksOfSchedule({ definition, state }: Schedule): Ticks {
  const { cadence, startAtMs, endAtMs } = definition;
  return ticksOf({ cadence, startAtMs, endAtMs, anchorMs: state.anchorMs });
}

/**
 * Returns the ticks of a cadence from its start to its end, both included. A fixed rate ticks at its
 * start time, or else an interval after the anchor, and from there on by the interval.
 */
export function ticksOf(source: TickSource): Ticks {
  const raw = rawTicks(source);
  const endAtMs = source.endAtMs ?? Number.POSITIVE_INFINITY;
  const startAtMs = source.startAtMs ?? Number.NEGATIVE_INFINITY;
  return {
    next(afterMs) {
      const tick = raw.next(Math.max(afterMs, startAtMs - 1));
      return tick === null || tick > endAtMs ? null : tick;
    },
    newest(fromMs, beforeMs, limit) {
      return newestOf(raw, Math.max(fromMs, startAtMs), Math.min(beforeMs, endAtMs + 1), limit);
    },
  };
}

// In pieces, each twice as large as the one before: a calendar goes back as far as it is asked to, which is
// thousands of years where its ticks are rare, and most often few were missed.
function newestOf(raw: RawTicks, fromMs: number, beforeMs: number, limit: number): number[] {
  const newestFirst: number[] = [];
  for (let piece = 2; newestFirst.length < limit; piece *= 2) {
    const wanted = Math.min(piece, limit - newestFirst.length);
    const found = raw.previous(newestFirst.at(-1) ?? beforeMs, wanted);
    const missed = found.filter((tick) => tick >= fromMs);
    newestFirst.push(...missed);
    if (missed.length < wanted) {
      break;
    }
  }
  return newestFirst.reverse();
}

interface RawTicks {
  next(afterMs: number): number | null;
  previous(beforeMs: number, limit: number): number[];
}

function rawTicks({ cadence, startAtMs, anchorMs }: TickSource): RawTicks {
  switch (cadence.kind) {
    case "cron":
      return calendarFor(cadence.expression, cadence.timeZone);
    case "fixed_rate":
      return gridFrom(startAtMs ?? anchorMs + cadence.intervalMs, cadence.intervalMs);
    case "fixed_delay":
      return { next: () => null, previous: () => [] };
  }
}

function gridFrom(originMs: number, intervalMs: number): RawTicks {
  return {
    next: (afterMs) =>
      originMs + Math.max(0, Math.floor((afterMs - originMs) / intervalMs) + 1) * intervalMs,
    previous(beforeMs, limit) {
      const newest = Math.ceil((beforeMs - originMs) / intervalMs) - 1;
      const ticks: number[] = [];
      for (let step = newest; step >= 0 && ticks.length < limit; step -= 1) {
        ticks.push(originMs + step * intervalMs);
      }
      return ticks;
    },
  };
}
