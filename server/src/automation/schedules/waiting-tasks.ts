import type { QueueName } from "../../domain/ids.ts";
import { isTaskOfSchedule, SCHEDULE_LABEL } from "../../domain/schedules/firing-tasks.ts";
import type { Task } from "../../domain/task.ts";
import type { ListCursor, Store } from "../../store/store.ts";

/** Twenty thousand tasks may wait; a page of a few hundred is soon done, and the store has its turns between. */
const TASKS_A_PAGE = 500;

/** Whose waiting tasks are to be cancelled. */
export interface WaitingTasks {
  readonly schedule: string;
  /** Empty for those of every schedule that had the name. */
  readonly generation: string;
  /** Where they may wait. */
  readonly queues: ReadonlySet<QueueName>;
}

/**
 * Cancels each task of a schedule that waits and was never granted, however many they are; may be repeated.
 * Reads the queues' waiting tasks page by page, so it takes as long as those are many.
 */
export async function cancelWaitingTasks(
  store: Pick<Store, "list" | "cancel">,
  waiting: WaitingTasks,
): Promise<void> {
  for (const queue of waiting.queues) {
    let after: ListCursor | null = null;
    do {
      const page: Awaited<ReturnType<Store["list"]>> = await store.list({
        queue,
        states: ["SCHEDULED", "READY"],
        type: null,
        labels: { [SCHEDULE_LABEL]: waiting.schedule },
        submittedFromMs: null,
        submittedBeforeMs: null,
        limit: TASKS_A_PAGE,
        after,
      });
      const found = page.tasks.filter((task) => isWanted(task, waiting));
      if (found.length > 0) {
        await store.cancel(
          found.map(({ id }) => ({ taskId: id, reason: "its schedule was deleted" })),
        );
      }
      after = page.next;
    } while (after !== null);
  }
}

function isWanted(task: Task, { schedule, generation }: WaitingTasks): boolean {
  const isWaiting = task.state === "READY" || task.state === "SCHEDULED";
  return (
    isWaiting &&
    task.deliveries === 0 &&
    isTaskOfSchedule(schedule, generation, task.spec.requestId)
  );
}
