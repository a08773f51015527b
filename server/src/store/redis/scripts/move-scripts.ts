import type { TaskId } from "../../../domain/ids.ts";
import type { DeleteOutcome, MoveOptions, RedriveOutcome, RunNowOutcome } from "../../store.ts";
import { defineScript, numberOf, wordOf } from "../client/script.ts";
import { idBytes } from "../keys.ts";
import { stateOfNumber } from "./packing/record.ts";

/** Tasks to move. */
export interface Moving extends MoveOptions {
  readonly ids: readonly TaskId[];
}

/** Makes DEAD tasks READY. */
export const redriveTasks = defineScript<Moving, RedriveOutcome[]>({
  name: "redrive_tasks",
  encode: encodeMoving,
  decode: (reply) =>
    reply.groups(2).map(([word, state]) => {
      const kind = wordOf(word);
      return kind === "not_dead"
        ? { kind, state: stateOfNumber(numberOf(state)) }
        : { kind: kind as "ok" | "later" | "not_found" };
    }),
});

/** Makes SCHEDULED tasks READY. */
export const runTasksNow = defineScript<Moving, RunNowOutcome[]>({
  name: "run_tasks_now",
  encode: encodeMoving,
  decode: (reply) =>
    reply.groups(2).map(([word, state]) => {
      const kind = wordOf(word);
      return kind === "not_scheduled"
        ? { kind, state: stateOfNumber(numberOf(state)) }
        : { kind: kind as "ok" | "later" | "not_found" };
    }),
});

/** Forgets final tasks. */
export const deleteTasks = defineScript<Moving, DeleteOutcome[]>({
  name: "delete_tasks",
  encode: encodeMoving,
  decode: (reply) =>
    reply.groups(2).map(([word, state]) => {
      const kind = wordOf(word);
      return kind === "not_final"
        ? { kind, state: stateOfNumber(numberOf(state)) }
        : { kind: kind as "ok" | "later" | "not_found" };
    }),
});

function encodeMoving({ ids, untouchedSinceMs }: Moving) {
  return [untouchedSinceMs ?? "", ...ids.map(idBytes)];
}
