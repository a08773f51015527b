import { originOf } from "../flow/task-address.ts";
import type { SessionId } from "../ids.ts";
import {
  type Firing,
  type FiringOutcome,
  MAX_WAITING,
  type Schedule,
  type ScheduleState,
  type Trigger,
} from "./schedule.ts";
import { ticksOfSchedule } from "./schedule-ticks.ts";

/** What a decision about a schedule needs to know of the world. */
export interface ScheduleFacts {
  /** The store's time. */
  readonly nowMs: number;
  /** Whether tasks of the active firings are not final. */
  readonly isRunning: boolean;
  /** When the last of them became final; null where none is known or some run. */
  readonly finishedAtMs: number | null;
  /** The sessions that live on the task's queue and take its type; asked for broadcasts only. */
  readonly sessions: readonly SessionId[];
}

/** How long a decided firing may take until another dispatcher carries it out, in milliseconds. */
export const PLAN_RECOVERY_MS = 5_000;
/** How often the end of running tasks is looked for, in milliseconds. */
const RUNNING_POLL_MS = 500;
/** How often a broadcast's tasks are looked at for workers that are gone, in milliseconds. */
const BROADCAST_POLL_MS = 2_000;

/**
 * Decides what a schedule does now: at most one firing, as a plan in the state that it returns. The
 * caller writes that down before it carries the plan out, and decides again after. A schedule with a
 * plan, or with nothing to do, is returned as it is.
 */
export function decide(schedule: Schedule, facts: ScheduleFacts): ScheduleState {
  if (schedule.state.plan !== null) {
    return schedule.state;
  }
  const state = settleActive(schedule, facts);
  const [trigger] = state.triggers;
  if (trigger !== undefined) {
    return planTrigger({ ...schedule, state }, trigger, facts);
  }
  const accepted = acceptTicks({ ...schedule, state }, facts.nowMs);
  return accepted.plan === null ? planTick({ ...schedule, state: accepted }, facts) : accepted;
}

/** Returns the state without the ticks that wait or are due, with a plan to remember that, if any. */
export function dropTicks(schedule: Schedule, nowMs: number): ScheduleState {
  const { state } = schedule;
  const dueMs = state.nextTickMs !== null && state.nextTickMs <= nowMs ? state.nextTickMs : null;
  const newestMs = dueMs ?? state.waiting.at(-1);
  return newestMs === undefined
    ? state
    : withPlan({ ...state, waiting: [] }, firingOf(schedule, newestMs, nowMs, "SKIPPED_REDEFINED"));
}

/** Returns the state after its plan was carried out. */
export function finishPlan(schedule: Schedule, nowMs: number): ScheduleState {
  const { definition, state } = schedule;
  if (state.plan === null) {
    return state;
  }
  const { firing, replaces } = state.plan;
  const replaced = new Set(replaces.map(({ key }) => key));
  const left = state.active.filter(({ key }) => !replaced.has(key));
  const active = firing.tasks > 0 && isFollowed(schedule) ? [...left, firing] : left;
  const isStalled =
    definition.cadence.kind === "fixed_delay" &&
    active.length === 0 &&
    state.nextTickMs === null &&
    state.waiting.length === 0;
  return {
    ...state,
    plan: null,
    active,
    sequence: firing.sequence + 1,
    nextTickMs: isStalled ? delayedTick(schedule, nowMs) : state.nextTickMs,
  };
}

/** When a schedule wants to be looked at next; null for never. */
export function wakeAtMs({ definition, state }: Schedule, nowMs: number): number | null {
  if (state.plan !== null) {
    return nowMs + PLAN_RECOVERY_MS;
  }
  if (state.triggers.length > 0) {
    return nowMs;
  }
  const times: number[] = [];
  if (state.nextTickMs !== null && isToCome(state, state.nextTickMs)) {
    times.push(state.nextTickMs);
  }
  const isRunning = state.active.length > 0;
  if (state.waiting.length > 0) {
    times.push(isRunning && definition.overlapPolicy === "QUEUE" ? nowMs + RUNNING_POLL_MS : nowMs);
  }
  if (isRunning && definition.cadence.kind === "fixed_delay") {
    times.push(nowMs + RUNNING_POLL_MS);
  }
  if (isRunning && definition.shards.kind === "broadcast") {
    times.push(nowMs + BROADCAST_POLL_MS);
  }
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether a tick is to be accepted once its time has come. */
function isToCome({ pausedAtMs, waiting }: ScheduleState, tickMs: number): boolean {
  return waiting.length < MAX_WAITING && (pausedAtMs === null || tickMs <= pausedAtMs);
}

function isFollowed({ definition }: Schedule): boolean {
  return (
    definition.overlapPolicy !== "ALLOW" ||
    definition.cadence.kind === "fixed_delay" ||
    definition.shards.kind === "broadcast"
  );
}

function settleActive(schedule: Schedule, facts: ScheduleFacts): ScheduleState {
  const { definition, state } = schedule;
  if (state.active.length === 0 || facts.isRunning) {
    return state;
  }
  const needsTick =
    definition.cadence.kind === "fixed_delay" &&
    state.nextTickMs === null &&
    state.waiting.length === 0;
  return {
    ...state,
    active: [],
    nextTickMs: needsTick
      ? delayedTick(schedule, facts.finishedAtMs ?? facts.nowMs)
      : state.nextTickMs,
  };
}

function delayedTick({ definition }: Schedule, finishedAtMs: number): number | null {
  if (definition.cadence.kind !== "fixed_delay") {
    return null;
  }
  const tick = Math.max(finishedAtMs + definition.cadence.delayMs, definition.startAtMs ?? 0);
  return definition.endAtMs !== null && tick > definition.endAtMs ? null : tick;
}

/**
 * Moves the ticks that are due to those that wait, as the misfire policy says; of a schedule that is paused
 * those that were due when that was done, and no later ones.
 */
export function acceptTicks(schedule: Schedule, nowMs: number): ScheduleState {
  const { definition, state } = schedule;
  const firstMs = state.nextTickMs;
  const room = MAX_WAITING - state.waiting.length;
  const untilMs = Math.min(nowMs, state.pausedAtMs ?? nowMs);
  if (firstMs === null || firstMs > untilMs || room === 0) {
    return state;
  }
  const lateMs = Math.min(nowMs - definition.misfireThresholdMs, untilMs + 1);
  const missed = firstMs < lateMs ? newestMissed(schedule, firstMs, lateMs, room) : [];
  const fired = definition.misfirePolicy === "SKIP" ? [] : missed;
  const onTime = ticksOnTime(schedule, firstMs, lateMs, untilMs, room - fired.length);
  const newestMissedMs = missed.at(-1);
  const accepted: ScheduleState = {
    ...state,
    waiting: [...state.waiting, ...fired, ...onTime.ticks],
    nextTickMs: onTime.nextMs,
    lastTickMs: onTime.ticks.at(-1) ?? newestMissedMs ?? state.lastTickMs,
  };
  return definition.misfirePolicy === "SKIP" && newestMissedMs !== undefined
    ? withPlan(accepted, firingOf(schedule, newestMissedMs, nowMs, "SKIPPED_MISFIRE"))
    : accepted;
}

// A fixed delay has one tick at a time, which its cadence does not know.
function newestMissed(
  schedule: Schedule,
  firstMs: number,
  beforeMs: number,
  room: number,
): number[] {
  const { cadence, misfirePolicy, catchUpLimit } = schedule.definition;
  if (cadence.kind === "fixed_delay") {
    return [firstMs];
  }
  const limit = misfirePolicy === "CATCH_UP" ? Math.min(catchUpLimit, room) : 1;
  return ticksOfSchedule(schedule).newest(firstMs, beforeMs, limit);
}

function ticksOnTime(
  schedule: Schedule,
  firstMs: number,
  lateMs: number,
  untilMs: number,
  room: number,
): { ticks: number[]; nextMs: number | null } {
  const calendar = ticksOfSchedule(schedule);
  const ticks: number[] = [];
  let nextMs = firstMs < lateMs ? calendar.next(lateMs - 1) : firstMs;
  while (nextMs !== null && nextMs <= untilMs && ticks.length < room) {
    ticks.push(nextMs);
    nextMs = calendar.next(nextMs);
  }
  return { ticks, nextMs };
}

function planTick(schedule: Schedule, facts: ScheduleFacts): ScheduleState {
  const { definition, state } = schedule;
  const [head, ...rest] = state.waiting;
  if (head === undefined) {
    return state;
  }
  const { overlapPolicy } = definition;
  const overlaps = state.active.length > 0 && overlapPolicy !== "ALLOW";
  if (overlaps && overlapPolicy === "QUEUE") {
    return state;
  }
  if (overlaps && overlapPolicy === "SKIP") {
    const newest = state.waiting.at(-1) ?? head;
    return withPlan(
      { ...state, waiting: [] },
      firingOf(schedule, newest, facts.nowMs, "SKIPPED_OVERLAP"),
    );
  }
  const firing = submittedFiring(schedule, head, facts, null);
  return withPlan({ ...state, waiting: rest }, firing, overlaps ? state.active : []);
}

function planTrigger(schedule: Schedule, trigger: Trigger, facts: ScheduleFacts): ScheduleState {
  const { state } = schedule;
  const firing = submittedFiring(schedule, trigger.atMs, facts, trigger);
  return withPlan({ ...state, triggers: state.triggers.slice(1) }, firing);
}

function submittedFiring(
  schedule: Schedule,
  fireAtMs: number,
  facts: ScheduleFacts,
  trigger: Trigger | null,
): Firing {
  const { shards } = schedule.definition;
  const isBroadcast = shards.kind === "broadcast";
  const count = { none: 1, static: 1, broadcast: facts.sessions.length }[shards.kind];
  const tasks = shards.kind === "static" ? shards.total : count;
  const outcome = tasks === 0 ? "SKIPPED_NO_WORKER" : "SUBMITTED";
  return {
    ...firingOf(schedule, fireAtMs, facts.nowMs, outcome),
    key: keyOf(schedule, trigger === null ? `t${fireAtMs}` : nameOfTriggered(schedule, trigger)),
    triggerId: trigger?.id ?? "",
    tasks,
    isSharded: shards.kind !== "none",
    sessions: isBroadcast ? facts.sessions : null,
  };
}

// A trigger that fell out of the history fires anew, while the tasks of its first firing may still be there.
function nameOfTriggered({ state }: Schedule, { id }: Trigger): string {
  return `m${state.sequence}/${id}`;
}

function keyOf({ state }: Schedule, name: string): string {
  return `${state.generation}${name}`;
}

function firingOf(
  schedule: Schedule,
  fireAtMs: number,
  nowMs: number,
  outcome: FiringOutcome,
): Firing {
  const { definition, state } = schedule;
  return {
    sequence: state.sequence,
    key: keyOf(schedule, `t${fireAtMs}`),
    fireAtMs,
    decidedAtMs: nowMs,
    outcome,
    triggerId: "",
    ...originOf(definition.task),
    tasks: 0,
    isSharded: false,
    sessions: null,
  };
}

function withPlan(
  state: ScheduleState,
  firing: Firing,
  replaces: readonly Firing[] = [],
): ScheduleState {
  return { ...state, plan: { firing, replaces } };
}
