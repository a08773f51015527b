import {
  MAX_WAITING,
  type Schedule,
  type ScheduleDefinition,
  type ScheduleState,
} from "./schedule.ts";
import { acceptTicks } from "./schedule-step.ts";
import { ticksOf, ticksOfSchedule } from "./schedule-ticks.ts";

/** Returns a new schedule's first state. Its `nextTickMs` is null where it would never fire. */
export function createdState(definition: ScheduleDefinition, nowMs: number): ScheduleState {
  const state: ScheduleState = {
    pausedAtMs: null,
    anchorMs: nowMs,
    nextTickMs: null,
    lastTickMs: null,
    waiting: [],
    triggers: [],
    plan: null,
    active: [],
    sequence: 0,
  };
  return { ...state, nextTickMs: firstTick(definition, nowMs, nowMs) };
}

/**
 * Returns a schedule with another definition. Where the cadence and its bounds stay the same, so do the
 * ticks, one that is due included; otherwise they begin anew. A tick that was decided is never repeated.
 */
export function redefined(
  schedule: Schedule,
  definition: ScheduleDefinition,
  nowMs: number,
): ScheduleState {
  const { state } = schedule;
  if (sameCadence(schedule.definition, definition)) {
    return state;
  }
  const afterMs = Math.max(nowMs, state.lastTickMs ?? nowMs);
  return { ...state, anchorMs: nowMs, nextTickMs: firstTick(definition, nowMs, afterMs) };
}

/**
 * Returns the state of a schedule that is paused now. Ticks that are due by now are owed: they fire, as the
 * misfire and overlap policies say, whenever somebody gets to it. No later one does until it is resumed.
 */
export function paused(state: ScheduleState, nowMs: number): ScheduleState {
  return state.pausedAtMs === null ? { ...state, pausedAtMs: nowMs } : state;
}

/** Returns the state of a schedule that fires again from the next tick on; what it owed is kept. */
export function resumed(schedule: Schedule, nowMs: number): ScheduleState {
  const { definition } = schedule;
  if (schedule.state.pausedAtMs === null) {
    return schedule.state;
  }
  const accepted = acceptTicks(schedule, nowMs);
  const state = { ...accepted, plan: schedule.state.plan ?? accepted.plan };
  const afterMs = Math.max(nowMs, state.lastTickMs ?? nowMs);
  const isDelay = definition.cadence.kind === "fixed_delay";
  const keptMs = state.nextTickMs === null ? null : Math.max(state.nextTickMs, nowMs);
  const delayedMs = state.active.length > 0 ? null : keptMs;
  const nextTickMs = isDelay ? delayedMs : ticksOfSchedule(schedule).next(afterMs);
  return { ...state, pausedAtMs: null, nextTickMs };
}

/** Returns the state with one more trigger; null where too many wait. */
export function triggered(state: ScheduleState, id: string, nowMs: number): ScheduleState | null {
  return state.triggers.length >= MAX_WAITING
    ? null
    : { ...state, triggers: [...state.triggers, { id, atMs: nowMs }] };
}

function firstTick(
  definition: ScheduleDefinition,
  anchorMs: number,
  afterMs: number,
): number | null {
  const { cadence, startAtMs, endAtMs } = definition;
  if (cadence.kind !== "fixed_delay") {
    return ticksOf({ cadence, startAtMs, endAtMs, anchorMs }).next(afterMs);
  }
  const tick = Math.max(startAtMs ?? 0, afterMs + (startAtMs === null ? cadence.delayMs : 0));
  return endAtMs !== null && tick > endAtMs ? null : tick;
}

function sameCadence(one: ScheduleDefinition, other: ScheduleDefinition): boolean {
  return cadenceText(one) === cadenceText(other);
}

function cadenceText({ cadence, startAtMs, endAtMs }: ScheduleDefinition): string {
  const parts =
    cadence.kind === "cron"
      ? [cadence.expression, cadence.timeZone]
      : [cadence.kind === "fixed_rate" ? cadence.intervalMs : cadence.delayMs];
  return JSON.stringify([cadence.kind, ...parts, startAtMs, endAtMs]);
}
