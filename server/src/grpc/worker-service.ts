import { leaseHandler } from "./lease-stream.ts";
import type { ServiceContext } from "./service-context.ts";
import { settleHandler } from "./settle.ts";
import type { Handlers } from "./wire.ts";

/** Handles every method of `WorkerService`. */
export function workerService(context: ServiceContext): Handlers<"WorkerService"> {
  return { Lease: leaseHandler(context), Settle: settleHandler(context) };
}
