import type { LeasedTask } from "../domain/task.ts";

// Ids, times and field tags of a task on the wire, with room to spare.
const TASK_OVERHEAD_BYTES = 512;
const MAX_BYTES_A_CHARACTER = 3;

/** Splits leased tasks into grants, each smaller than the limit unless one task alone is larger. */
export function splitGrants(tasks: readonly LeasedTask[], maxBytes: number): LeasedTask[][] {
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
