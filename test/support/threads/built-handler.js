import { NonRetryableError } from "@baton/worker-sdk/threads";

/** @type {import("@baton/worker-sdk/threads").Handler<{ n?: number }>} */
export default function double({ payload }) {
  if (payload.n === undefined) {
    throw new NonRetryableError("no number");
  }
  return 2 * payload.n;
}
