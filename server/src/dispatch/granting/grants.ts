import type { LeasedTask } from "../../domain/task.ts";
import type { LeaseSession } from "../session/session.ts";

// Ids, times and field tags of a task on the wire, with room to spare.
const TASK_OVERHEAD_BYTES = 512;
const MAX_BYTES_A_CHARACTER = 3;

/**
 * Hands leased tasks to a session, in messages that stay below the limit unless one task alone is larger.
 *
 * @returns what the payloads came to, and the shortest timeout of an attempt
 */
export function sendGrants(
  session: LeaseSession,
  tasks: readonly LeasedTask[],
  nowMs: number,
  maxBytes: number,
): { payloadBytes: number; soonestTimeoutMs: number } {
  let payloadBytes = 0;
  let soonestTimeoutMs = Number.POSITIVE_INFINITY;
  for (const task of tasks) {
    session.leases.grant(task, nowMs);
    payloadBytes += task.spec.payload.length;
    soonestTimeoutMs = Math.min(soonestTimeoutMs, task.spec.attemptTimeoutMs);
  }
  for (const grant of splitGrants(tasks, maxBytes)) {
    session.send({ kind: "grant", tasks: grant });
  }
  return { payloadBytes, soonestTimeoutMs };
}

function splitGrants(tasks: readonly LeasedTask[], maxBytes: number): LeasedTask[][] {
  const grants: LeasedTask[][] = [];
  let grant: LeasedTask[] = [];
  let bytes = 0;
  for (const task of tasks) {
    const taskBytes = grantedBytes(task);
    if (grant.length > 0 && bytes + taskBytes > maxBytes) {
      grants.push(grant);
      grant = [];
      bytes = 0;
    }
    grant.push(task);
    bytes += taskBytes;
  }
  if (grant.length > 0) {
    grants.push(grant);
  }
  return grants;
}

/** No less than what a task takes in a grant. */
function grantedBytes({ spec, checkpoint }: LeasedTask): number {
  let characters = spec.contentType.length;
  for (const key in spec.headers) {
    characters += key.length + (spec.headers[key] as string).length + 4;
  }
  return (
    spec.payload.length +
    checkpoint.length +
    characters * MAX_BYTES_A_CHARACTER +
    TASK_OVERHEAD_BYTES
  );
}
