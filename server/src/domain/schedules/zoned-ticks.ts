import type { Moments, Zone, ZoneChange } from "./zone.ts";

/** A calendar that can be asked for its ticks. Times are epoch milliseconds, whole seconds. */
export interface Calendar {
  /** The first tick after the time; null where there is none. */
  next(afterMs: number): number | null;
  /** The last ticks before the time, at most so many, newest first. */
  previous(beforeMs: number, limit: number): number[];
}

/** What the wall must show for a tick, on a wall that knows no change of the clocks. */
export interface WallTicks {
  /** The first tick after the time; null where there is none. */
  next(afterMs: number): number | null;
  /** The last tick before the time; null where there is none. */
  previous(beforeMs: number): number | null;
}

/**
 * Returns the ticks of fixed times in a zone: each once. What the clocks skip ticks at the first moment
 * after, however long the gap and whatever day it ends on; what they show twice ticks at the first.
 *
 * A later time of the wall has no earlier tick, so that looking from a moment's own time on is enough.
 */
export function fixedTicks(wall: WallTicks, zone: Zone): Calendar {
  const next = (afterMs: number): number | null => {
    let wallMs = wall.next(zone.wallAt(afterMs));
    while (wallMs !== null) {
      const moments = zone.momentsOf(wallMs);
      const atMs = firstOf(moments);
      if (atMs > afterMs) {
        return atMs;
      }
      // Clocks that were turned back: all that they show again is over.
      wallMs = wall.next(moments.kind === "twice" ? formerEnd(moments.change) - 1 : wallMs);
    }
    return null;
  };
  const previous = (beforeMs: number): number | null => {
    const turn = zone.turnBackBefore(beforeMs);
    const shownMs = zone.wallAt(beforeMs);
    let wallMs = wall.previous(turn === null ? shownMs : Math.max(shownMs, formerEnd(turn)));
    while (wallMs !== null) {
      const moments = zone.momentsOf(wallMs);
      const atMs = firstOf(moments);
      if (atMs < beforeMs) {
        return atMs;
      }
      wallMs = wall.previous(moments.kind === "skipped" ? formerEnd(moments.change) : wallMs);
    }
    return null;
  };
  return { next, previous: repeated(previous) };
}

/**
 * Returns the ticks of times that recur in a zone, such as every quarter of an hour: whatever the wall
 * shows ticks, as often as it shows it. Nothing ticks in a gap, everything in both passes of what is shown
 * twice.
 */
export function recurringTicks(wall: WallTicks, zone: Zone): Calendar {
  const next = (afterMs: number): number | null => {
    const shownMs = zone.wallAt(afterMs);
    const onward = onwardTick(wall, zone, shownMs, afterMs);
    // Clocks that are soon turned back show again what is over.
    const turn = zone.turnBackAfter(afterMs);
    const again = turn && wall.next(turn.atMs + turn.newMs - 1);
    return turn === null || again === null || again > shownMs
      ? onward
      : Math.min(again - turn.newMs, onward ?? Number.POSITIVE_INFINITY);
  };
  const previous = (beforeMs: number): number | null => {
    const shownMs = zone.wallAt(beforeMs);
    const backward = backwardTick(wall, zone, shownMs, beforeMs);
    // Clocks that were just turned back had shown what is to come.
    const turn = zone.turnBackBefore(beforeMs);
    const former = turn && wall.previous(formerEnd(turn));
    return turn === null || former === null || former < shownMs
      ? backward
      : Math.max(former - turn.formerMs, backward ?? Number.NEGATIVE_INFINITY);
  };
  return { next, previous: repeated(previous) };
}

function onwardTick(wall: WallTicks, zone: Zone, shownMs: number, afterMs: number): number | null {
  let wallMs = wall.next(shownMs);
  while (wallMs !== null) {
    const moments = zone.momentsOf(wallMs);
    if (moments.kind !== "skipped") {
      const isOver = moments.kind === "twice" && moments.firstMs <= afterMs;
      return isOver ? moments.secondMs : firstOf(moments);
    }
    wallMs = wall.next(moments.change.atMs + moments.change.newMs - 1);
  }
  return null;
}

function backwardTick(
  wall: WallTicks,
  zone: Zone,
  shownMs: number,
  beforeMs: number,
): number | null {
  let wallMs = wall.previous(shownMs);
  while (wallMs !== null) {
    const moments = zone.momentsOf(wallMs);
    if (moments.kind !== "skipped") {
      const isOver = moments.kind === "twice" && moments.secondMs < beforeMs;
      return isOver ? moments.secondMs : firstOf(moments);
    }
    wallMs = wall.previous(formerEnd(moments.change));
  }
  return null;
}

/** What the wall was about to show when the clocks were changed. */
function formerEnd(change: ZoneChange): number {
  return change.atMs + change.formerMs;
}

/** The first moment of a time, or else the first after the gap that it lies in. */
function firstOf(moments: Moments): number {
  switch (moments.kind) {
    case "once":
      return moments.atMs;
    case "twice":
      return moments.firstMs;
    case "skipped":
      return moments.change.atMs;
  }
}

function repeated(previous: (beforeMs: number) => number | null): Calendar["previous"] {
  return (beforeMs, limit) => {
    const ticks: number[] = [];
    let atMs: number | null = beforeMs;
    while (ticks.length < limit) {
      atMs = previous(atMs);
      if (atMs === null) {
        break;
      }
      ticks.push(atMs);
    }
    return ticks;
  };
}
