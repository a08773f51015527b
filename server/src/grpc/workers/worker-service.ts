import type { ServiceContext } from "../calls/service-context.ts";
import type { Handlers } from "../wire.ts";
import { leaseHandler } from "./lease-stream.ts";
import { settleHandler } from "./settle.ts";

/** Handles every method of `WorkerService`. */
export function workerService(context: ServiceContext): Handlers<"WorkerService"> {
  return { Lease: leaseHandler(context), Settle: settleHandler(context) };
}
