import { durationMs, timestampMs } from "../../values/time-fields.ts";
import type { Received } from "../../values/wire.ts";

/** A worker's session as it was when it was read. */
export interface WorkerInfo {
  /** The worker's name; it need not be unique. */
  readonly workerId: string;
  /** Names the session. It proves nothing. */
  readonly sessionId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The client library and its version. */
  readonly sdk: string;
  /** The queues that it takes tasks of, by name. */
  readonly subscriptions: readonly WorkerSubscription[];
  /** How many tasks it runs at a time; undefined if it did not say. */
  readonly concurrency: number | undefined;
  /** How many more tasks it took at its last heartbeat. */
  readonly credit: number;
  /** How many leases it has. */
  readonly leases: number;
  /** What it runs, the longest first; at most 20. */
  readonly running: readonly RunningTask[];
  /** The dispatcher that its stream is connected to: the host's name, and the number of the process. */
  readonly dispatcher: string;
  /** How long ago its last heartbeat was, about; more if its stream broke. */
  readonly sinceHeartbeatMs: number;
  /** Whether it was asked to go (`WorkerClient.drain`). */
  readonly draining: boolean;
}

/** A queue that a worker takes tasks of. */
export interface WorkerSubscription {
  readonly queue: string;
  /** The types that it takes; undefined for every type. */
  readonly types: readonly string[] | undefined;
}

/** A task that a worker has a lease of. */
export interface RunningTask {
  readonly taskId: string;
  readonly queue: string;
  readonly type: string;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** When the lease was granted. */
  readonly startedAtMs: number;
}

/** Reads a worker. */
export function toWorkerInfo(worker: Received<"Worker">): WorkerInfo {
  const { workerId, sessionId, labels, sdk, concurrency, credit, leases, dispatcher } = worker;
  return {
    workerId,
    sessionId,
    labels: { ...labels },
    sdk,
    subscriptions: worker.subscriptions.map(({ queue, types }) => ({
      queue,
      types: types.length === 0 ? undefined : types,
    })),
    concurrency: concurrency === 0 ? undefined : concurrency,
    credit,
    leases,
    running: worker.running.map(({ taskId, queue, type, attempt, startTime }) => ({
      taskId,
      queue,
      type,
      attempt,
      startedAtMs: timestampMs(startTime) ?? 0,
    })),
    dispatcher,
    sinceHeartbeatMs: durationMs(worker.sinceHeartbeat),
    draining: worker.draining,
  };
}
