import type { QueueName } from "./ids.ts";
import type { Firing, Schedule, ScheduleDefinition, ScheduleState } from "./schedule.ts";
import { decodeSpec, encodeSpec } from "./spec-codec.ts";

const HEAD_LENGTH_BYTES = 4;

interface Head {
  readonly queue: QueueName;
  readonly definition: Omit<ScheduleDefinition, "task">;
  readonly state: ScheduleState;
}

/** Packs a schedule for a store: the length of the head (uint32, big-endian), the head as JSON, its task. */
export function encodeSchedule({ definition, state }: Schedule): Buffer {
  const { task, ...rest } = definition;
  const head: Head = { queue: task.queue, definition: rest, state };
  const headBytes = Buffer.from(JSON.stringify(head));
  const length = Buffer.allocUnsafe(HEAD_LENGTH_BYTES);
  length.writeUInt32BE(headBytes.length);
  return Buffer.concat([length, headBytes, encodeSpec(task)]);
}

/** Unpacks what {@link encodeSchedule} packed. */
export function decodeSchedule(bytes: Buffer): Schedule {
  const taskAt = HEAD_LENGTH_BYTES + bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.toString("utf8", HEAD_LENGTH_BYTES, taskAt)) as Head;
  const task = decodeSpec(head.queue, bytes.subarray(taskAt));
  return { definition: { ...head.definition, task }, state: head.state };
}

/** Packs a firing for a store. */
export function encodeFiring(firing: Firing): Buffer {
  return Buffer.from(JSON.stringify(firing));
}

/** Unpacks what {@link encodeFiring} packed. */
export function decodeFiring(bytes: Buffer): Firing {
  return JSON.parse(bytes.toString()) as Firing;
}
