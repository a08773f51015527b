import type { QueueName } from "../ids.ts";
import { decodeSpec, encodeSpec } from "../specs/spec-codec.ts";
import { expectSound } from "../undecodable.ts";
import type { Cadence, Firing, Schedule, ScheduleDefinition, ScheduleState } from "./schedule.ts";

const HEAD_LENGTH_BYTES = 4;

interface Head {
  readonly queue: QueueName;
  readonly definition: Omit<ScheduleDefinition, "task">;
  readonly state: Omit<ScheduleState, Recent> & Partial<Pick<ScheduleState, Recent>>;
}

/** What the state of schedules lacks that were stored before there was such. */
type Recent = "generation" | "formerQueues";

/** Packs a schedule for a store: the length of the head (uint32, big-endian), the head as JSON, its task. */
export function encodeSchedule({ definition, state }: Schedule): Buffer {
  const { task, ...rest } = definition;
  const head: Head = { queue: task.queue, definition: rest, state };
  const headBytes = Buffer.from(JSON.stringify(head));
  const length = Buffer.allocUnsafe(HEAD_LENGTH_BYTES);
  length.writeUInt32BE(headBytes.length);
  return Buffer.concat([length, headBytes, encodeSpec(task)]);
}

/** Unpacks what {@link encodeSchedule} packed; throws where it is something else. */
export function decodeSchedule(bytes: Buffer): Schedule {
  const taskAt = HEAD_LENGTH_BYTES + bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.toString("utf8", HEAD_LENGTH_BYTES, taskAt)) as Head;
  const state: ScheduleState = { generation: "", formerQueues: [], ...head.state };
  expectSound(typeof head.queue === "string" && isDefinition(head.definition) && isState(state));
  const task = decodeSpec(head.queue, bytes.subarray(taskAt));
  return { definition: { ...head.definition, task }, state };
}

/** Packs a firing for a store. */
export function encodeFiring(firing: Firing): Buffer {
  return Buffer.from(JSON.stringify(firing));
}

/** Unpacks what {@link encodeFiring} packed; throws where it is something else. */
export function decodeFiring(bytes: Buffer): Firing {
  const firing = JSON.parse(bytes.toString()) as Firing;
  expectSound(isFiring(firing));
  return firing;
}

const SHARDS: readonly string[] = ["none", "static", "broadcast"];
const MISFIRE_POLICIES: readonly string[] = ["SKIP", "FIRE_ONCE", "CATCH_UP"];
const OVERLAP_POLICIES: readonly string[] = ["SKIP", "QUEUE", "REPLACE", "ALLOW"];
const OUTCOMES: readonly string[] = [
  "SUBMITTED",
  "SKIPPED_OVERLAP",
  "SKIPPED_MISFIRE",
  "SKIPPED_NO_WORKER",
  "SKIPPED_REDEFINED",
];

// What others are decided about together with: a value that is not understood must not stop them.
function isDefinition(definition: Head["definition"]): boolean {
  const { name, cadence, shards, misfirePolicy, overlapPolicy, ...rest } = definition;
  return (
    typeof name === "string" &&
    isCadence(cadence) &&
    SHARDS.includes(shards.kind) &&
    (shards.kind !== "static" || Number.isSafeInteger(shards.total)) &&
    MISFIRE_POLICIES.includes(misfirePolicy) &&
    OVERLAP_POLICIES.includes(overlapPolicy) &&
    [rest.jitterMs, rest.misfireThresholdMs, rest.catchUpLimit].every(Number.isFinite) &&
    [rest.startAtMs, rest.endAtMs].every(isTimeOrNone)
  );
}

function isCadence(cadence: Cadence): boolean {
  switch (cadence.kind) {
    case "cron":
      return typeof cadence.expression === "string" && typeof cadence.timeZone === "string";
    case "fixed_rate":
      return Number.isFinite(cadence.intervalMs);
    case "fixed_delay":
      return Number.isFinite(cadence.delayMs);
    default:
      return false;
  }
}

function isState({ waiting, triggers, plan, active, ...rest }: ScheduleState): boolean {
  return (
    typeof rest.generation === "string" &&
    rest.formerQueues.every((queue) => typeof queue === "string") &&
    Number.isSafeInteger(rest.sequence) &&
    Number.isFinite(rest.anchorMs) &&
    [rest.pausedAtMs, rest.nextTickMs, rest.lastTickMs].every(isTimeOrNone) &&
    waiting.every(Number.isFinite) &&
    triggers.every(({ id, atMs }) => typeof id === "string" && Number.isFinite(atMs)) &&
    active.every(isFiring) &&
    (plan === null || (isFiring(plan.firing) && plan.replaces.every(isFiring)))
  );
}

function isFiring({
  sequence,
  key,
  outcome,
  queue,
  routingKey = "",
  tasks,
  ...rest
}: Firing): boolean {
  return (
    Number.isSafeInteger(sequence) &&
    typeof key === "string" &&
    typeof queue === "string" &&
    typeof routingKey === "string" &&
    OUTCOMES.includes(outcome) &&
    typeof rest.triggerId === "string" &&
    Number.isSafeInteger(tasks) &&
    [rest.fireAtMs, rest.decidedAtMs].every(Number.isFinite) &&
    (rest.sessions === null || Array.isArray(rest.sessions))
  );
}

function isTimeOrNone(value: unknown): boolean {
  return value === null || Number.isFinite(value);
}
