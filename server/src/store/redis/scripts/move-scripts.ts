import type { TaskId } from "../../../domain/ids.ts";
import type { TaskState } from "../../../domain/task-state.ts";
import type { MoveOptions } from "../../store.ts";
import { defineScript, numberOf, wordOf } from "../client/script.ts";
import { idBytes } from "../keys.ts";
import { stateOfNumber } from "./packing/record.ts";

/** Tasks to move. */
export interface Moving extends MoveOptions {
  readonly ids: readonly TaskId[];
}

type Moved<Refused> =
  | { readonly kind: "ok" | "later" | "not_found" }
  | { readonly kind: Refused; readonly state: TaskState };

/** Makes DEAD tasks READY. */
export const redriveTasks = defineMove("redrive_tasks", "not_dead");

/** Makes SCHEDULED tasks READY. */
export const runTasksNow = defineMove("run_tasks_now", "not_scheduled");

/** Forgets final tasks. */
export const deleteTasks = defineMove("delete_tasks", "not_final");

/** @param refused what is answered of a task that is in another state */
function defineMove<Refused extends string>(
  name: "redrive_tasks" | "run_tasks_now" | "delete_tasks",
  refused: Refused,
) {
  return defineScript<Moving, Moved<Refused>[]>({
    name,
    encode: ({ ids, untouchedSinceMs }) => [untouchedSinceMs ?? "", ...ids.map(idBytes)],
    decode: (reply) =>
      reply.groups(2).map(([word, state]) => {
        const kind = wordOf(word);
        return kind === refused
          ? { kind: refused, state: stateOfNumber(numberOf(state)) }
          : { kind: kind as "ok" | "later" | "not_found" };
      }),
  });
}
