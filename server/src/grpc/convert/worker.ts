import type { WorkerView } from "../../dispatch/worker-control.ts";
import type { Sent } from "../wire.ts";
import { toWireTime } from "./time.ts";

/** What a name and the fields around it take on the wire, at most. */
const NAME_BYTES = 136;
const TASK_BYTES = 4 * NAME_BYTES;
const WORKER_BYTES = 1_024;

/** Writes a worker's session. */
export function toWireWorker(view: WorkerView): Sent<"Worker"> {
  const { workerId, sessionId, labels, sdk, concurrency, credit, leases, dispatcher } = view;
  return {
    workerId,
    sessionId,
    labels,
    sdk,
    subscriptions: view.subscriptions.map(({ queue, types }) => ({
      queue,
      types: [...(types ?? [])],
    })),
    concurrency,
    credit,
    leases,
    running: view.running.map(({ taskId, queue, type, attempt, startedAtMs }) => ({
      taskId,
      queue,
      type,
      attempt,
      startTime: toWireTime(startedAtMs),
    })),
    dispatcher,
    sinceHeartbeat: toWireTime(view.sinceHeartbeatMs),
    draining: view.isDraining,
  };
}

/** Returns how large a worker is on the wire, about and at most. */
export function wireWorkerBytes({ labels, subscriptions, running }: WorkerView): number {
  let bytes = WORKER_BYTES + running.length * TASK_BYTES;
  for (const [name, value] of Object.entries(labels)) {
    bytes += name.length + 3 * value.length + 8;
  }
  for (const { types } of subscriptions) {
    bytes += NAME_BYTES * (1 + (types?.length ?? 0));
  }
  return bytes;
}
