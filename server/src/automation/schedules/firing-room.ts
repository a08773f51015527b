import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";
import type { ScheduleDefinition } from "../../domain/schedules/schedule.ts";
import { RETRY_AFTER_MS } from "../automation.ts";

/** What the tasks of all triggered firings that are under way may have together. */
const MAX_BYTES = 4 * LIMITS.maxShardsTimesPayloadBytes;
/** What a task takes beside its payload. */
const TASK_BYTES = 1024;
/** How many workers a broadcast is taken to reach, which is not known before it is decided. */
const BROADCAST_TASKS = 100;

/** Bounds the tasks that triggers under way make: a few bytes may each ask for a thousand tasks of 64 MiB. */
export class FiringRoom {
  #bytes = 0;

  /**
   * Fires while there is room for it.
   *
   * @throws TaskError with TRIGGERS_FULL where there is none
   */
  async run<Answer>(definition: ScheduleDefinition, fire: () => Promise<Answer>): Promise<Answer> {
    const bytes = bytesOf(definition);
    if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES) {
      const what = "triggered firings make more tasks than can be stored in time";
      throw new TaskError("TRIGGERS_FULL", what, { retryAfterMs: RETRY_AFTER_MS });
    }
    this.#bytes += bytes;
    try {
      return await fire();
    } finally {
      this.#bytes -= bytes;
    }
  }
}

function bytesOf({ shards, task }: ScheduleDefinition): number {
  const dynamic = shards.kind === "broadcast" ? BROADCAST_TASKS : 1;
  const tasks = shards.kind === "static" ? shards.total : dynamic;
  return tasks * (task.payload.length + TASK_BYTES);
}
