import { LIMITS } from "@baton/proto/shared";
import type { Attempt } from "../attempts/attempt.ts";
import type { Sent } from "../values/wire.ts";
import type { Unsettled } from "./outbox.ts";

/** A heartbeat, and whether everything that there is to report is in it. */
export interface BuiltHeartbeat {
  readonly heartbeat: Sent<"Heartbeat">;
  readonly isComplete: boolean;
}

/**
 * Lists every lease that the worker has or has not seen settled, with what changed since the heartbeat
 * before. Checkpoints that do not fit wait for the next one.
 *
 * @param maxCheckpointBytes how much room there is for checkpoints, in all
 */
export function buildHeartbeat(
  held: Iterable<Attempt>,
  unsettled: Iterable<Unsettled>,
  sequence: number,
  maxCheckpointBytes: number,
): BuiltHeartbeat {
  const leases: Sent<"HeldLease">[] = [];
  let room = maxCheckpointBytes;
  let isComplete = true;
  // First, since their outcomes wait for it.
  for (const entry of unsettled) {
    if (leases.length === LIMITS.maxHeldLeases) {
      break;
    }
    const lease: Sent<"HeldLease"> = { lease: entry.lease };
    if (entry.checkpoint && entry.owesCheckpoint && entry.checkpoint.byteLength <= room) {
      lease.checkpoint = entry.checkpoint;
      entry.owesCheckpoint = false;
      room -= entry.checkpoint.byteLength;
    }
    leases.push(lease);
  }
  for (const attempt of held) {
    if (leases.length === LIMITS.maxHeldLeases) {
      break;
    }
    const owedBytes = attempt.owedCheckpoint?.byteLength ?? 0;
    const hasRoom = owedBytes <= room;
    room -= hasRoom ? owedBytes : 0;
    isComplete &&= hasRoom;
    leases.push(attempt.takeReport(hasRoom, sequence));
  }
  return { heartbeat: { leases, sequence }, isComplete };
}
