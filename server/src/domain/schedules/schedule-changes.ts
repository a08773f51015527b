import type { QueueName } from "../ids.ts";
import {
  MAX_FORMER_QUEUES,
  MAX_WAITING,
  type Schedule,
  type ScheduleDefinition,
  type ScheduleState,
} from "./schedule.ts";
import { acceptTicks, dropTicks } from "./schedule-step.ts";
import { ticksOf, ticksOfSchedule } from "./schedule-ticks.ts";

/**
 * Returns a new schedule's first state. Its `nextTickMs` is null where it would never fire. The generation
 * is one that no schedule of the name had.
 */
export function createdState(
  definition: ScheduleDefinition,
  nowMs: number,
  generation: string,
): ScheduleState {
  const state: ScheduleState = {
    generation,
    formerQueues: [],
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
 * Returns a schedule with another definition, which what waits fires with. Where the cadence and its bounds
 * stay the same, so do the ticks, those that are due or wait included; otherwise they begin anew, and what is
 * due or waits is dropped, which the history is told by one firing. A tick that was decided is never
 * repeated.
 */
export function redefined(
  schedule: Schedule,
  definition: ScheduleDefinition,
  nowMs: number,
): ScheduleState {
  const state = { ...schedule.state, formerQueues: formerQueues(schedule, definition) };
  if (sameCadence(schedule.definition, definition)) {
    return state;
  }
  const afterMs = Math.max(nowMs, state.lastTickMs ?? nowMs);
  const nextTickMs = firstTick(definition, nowMs, afterMs);
  const fresh = { ...dropTicks({ ...schedule, state }, nowMs), anchorMs: nowMs };
  return { ...fresh, nextTickMs };
}

/** Returns the state of a schedule that is to be removed: it fires nothing more, and may be left so. */
export function ended(state: ScheduleState, nowMs: number): ScheduleState {
  const isEnded = state.pausedAtMs !== null && state.nextTickMs === null;
  const isIdle = state.waiting.length === 0 && state.triggers.length === 0;
  return isEnded && isIdle
    ? state
    : { ...paused(state, nowMs), nextTickMs: null, waiting: [], triggers: [] };
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

function formerQueues(
  { definition, state }: Schedule,
  { task }: ScheduleDefinition,
): readonly QueueName[] {
  const left = definition.task.queue;
  return left === task.queue
    ? state.formerQueues
    : [...state.formerQueues.filter((queue) => queue !== left), left].slice(-MAX_FORMER_QUEUES);
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

/** Whether two definitions have the same ticks. */
export function sameCadence(one: ScheduleDefinition, other: ScheduleDefinition): boolean {
  return cadenceText(one) === cadenceText(other);
}

function cadenceText({ cadence, startAtMs, endAtMs }: ScheduleDefinition): string {
  const parts =
    cadence.kind === "cron"
      ? [cadence.expression, cadence.timeZone]
      : [cadence.kind === "fixed_rate" ? cadence.intervalMs : cadence.delayMs];
  return JSON.stringify([cadence.kind, ...parts, startAtMs, endAtMs]);
}
