import {
  joinTaskId,
  type LeaseRef,
  type QueueName,
  queueOfTask,
  type TaskId,
  uniqueOfTask,
} from "../../../domain/ids.ts";
import type { TaskSpec } from "../../../domain/task.ts";

/** A queue has at most so many partitions: every heartbeat and every sweep goes to all of them. */
export const MAX_PARTITIONS = 64;

// No queue's name has it, so that a partition's is never another queue's.
const SEPARATOR = "/";
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** How a queue is spread: the names, in the plain store, of its partitions. */
export interface Layout {
  readonly queue: QueueName;
  readonly names: readonly QueueName[];
}

/** Returns the layout of a queue with so many partitions. */
export function layoutOf(queue: QueueName, count: number): Layout {
  const names = Array.from({ length: count }, (_, partition) => partitionName(queue, partition));
  return { queue, names };
}

function partitionName(queue: QueueName, partition: number): QueueName {
  return `${queue}${SEPARATOR}${partition}` as QueueName;
}

/**
 * Returns the partition, from 0, of a text: FNV-1a. A task lies in that of its id's unique part. It must never
 * change, or stored tasks are looked for where they are not.
 */
export function partitionOf(text: string, count: number): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return (hash >>> 0) % count;
}

/** The partition's name of a task. */
export function innerQueueOf({ names }: Layout, id: TaskId): QueueName {
  return names[partitionOf(uniqueOfTask(id), names.length)] as QueueName;
}

/** A task's id as the plain store has it. */
export function innerId(layout: Layout, id: TaskId): TaskId {
  return joinTaskId(innerQueueOf(layout, id), uniqueOfTask(id));
}

/** The partition of a concurrency key, or of an ordering key of tasks without one. */
export function partitionOfKey({ names }: Layout, key: string): QueueName {
  return names[partitionOf(key, names.length)] as QueueName;
}

/** The queue that a name of the plain store's belongs to; a queue that is not spread is its own. */
export function outerQueue(name: QueueName): QueueName {
  const at = name.indexOf(SEPARATOR);
  return at < 0 ? name : (name.slice(0, at) as QueueName);
}

/** A task's id as everybody else has it. */
export function outerId(id: TaskId): TaskId {
  return joinTaskId(outerQueue(queueOfTask(id)), uniqueOfTask(id));
}

/** A lease as everybody else has it. */
export function outerLease({ taskId, token }: LeaseRef): LeaseRef {
  return { taskId: outerId(taskId), token };
}

/** Something with a lease, as everybody else has it. */
export function withOuterLease<Item extends { readonly lease: LeaseRef }>(item: Item): Item {
  return { ...item, lease: outerLease(item.lease) };
}

/** A task as everybody else has it. */
export function outerTask<Item extends { readonly id: TaskId; readonly spec: TaskSpec }>(
  task: Item,
): Item {
  const queue = outerQueue(task.spec.queue);
  return { ...task, id: joinTaskId(queue, uniqueOfTask(task.id)), spec: { ...task.spec, queue } };
}
