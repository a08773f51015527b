import { type FailureCount, MAX_FAILURE_TYPES } from "../../store.ts";
import { bufferOf, defineScript, numberOf } from "../client/script.ts";

/** Counts DEAD tasks by the type of their failure. */
export const countDeaths = defineScript<null, FailureCount[]>({
  name: "count_deaths",
  encode: () => [MAX_FAILURE_TYPES],
  decode: (reply) =>
    reply
      .groups(2)
      .map(([type, tasks]) => ({ type: bufferOf(type).toString(), tasks: numberOf(tasks) })),
});
