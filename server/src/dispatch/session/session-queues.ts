import { type LeaseRef, type QueueName, queueOfTask, type TaskType } from "../../domain/ids.ts";
import type { WorkerHello } from "../contract.ts";

/** A queue of a session; `held` where the worker has leases of it and does not subscribe to it. */
export interface SessionQueue {
  readonly queue: QueueName;
  readonly types: readonly TaskType[] | null | "held";
  readonly held: readonly LeaseRef[];
}

/** Lists the queues that a Hello is about: those subscribed to, and those of the leases still held. */
export function sessionQueues(hello: WorkerHello): SessionQueue[] {
  const held = new Map<QueueName, LeaseRef[]>();
  for (const lease of hello.held) {
    const queue = queueOfTask(lease.taskId);
    const refs = held.get(queue);
    if (refs === undefined) {
      held.set(queue, [lease]);
    } else {
      refs.push(lease);
    }
  }
  const queues: SessionQueue[] = [];
  for (const { queue, types } of hello.subscriptions) {
    queues.push({ queue, types, held: held.get(queue) ?? [] });
    held.delete(queue);
  }
  for (const [queue, refs] of held) {
    queues.push({ queue, types: "held", held: refs });
  }
  return queues;
}
