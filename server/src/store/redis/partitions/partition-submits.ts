import { hash } from "node:crypto";
import { routingKeyOf, type TaskAddress } from "../../../domain/flow/task-address.ts";
import {
  joinTaskId,
  type QueueName,
  queueOfTask,
  type TaskId,
  uniqueOfTask,
} from "../../../domain/ids.ts";
import { type ItemResult, type NewTask, StoreError, type SubmitOutcome } from "../../store.ts";
import { innerId, type Layout, outerId, partitionOf } from "./partition-ids.ts";

// Of an id's twelve bytes, those that are there by chance alone (domain/ids.ts).
const TAIL_AT = 8;

/** A new task as the plain store is to have it; as it is where its queue is not spread. */
export function innerTask(layout: Layout | null | undefined, task: NewTask): NewTask {
  const address = { id: task.id, routingKey: routingKeyOf(task.spec) };
  const id = layout ? innerIdOfNew(layout, address) : task.id;
  return { ...task, id, spec: { ...task.spec, queue: queueOfTask(id) } };
}

/** The id that everybody else knows a task by; what it was offered with where its queue is not spread. */
export function idOfAddress(layout: Layout | null | undefined, address: TaskAddress): TaskId {
  return layout ? outerId(innerIdOfNew(layout, address)) : address.id;
}

/** The ids that everybody else may know a task by that was offered with an id: one in each partition. */
export function idsInPartitions(layout: Layout, id: TaskId): TaskId[] {
  return layout.names.map((_, partition) => outerId(idInPartition(layout, id, partition)));
}

/**
 * A new task's id as the plain store is to have it: in the partition of its concurrency key, or of its ordering key
 * where it has none, so that what limits and orders a key is exact. What of the id says when it was made stays; the rest
 * is derived anew until it leads there, the same for the same id and key.
 */
function innerIdOfNew(layout: Layout, { id, routingKey }: TaskAddress): TaskId {
  if (routingKey === "") {
    return innerId(layout, id);
  }
  return idInPartition(layout, id, partitionOf(routingKey, layout.names.length));
}

function idInPartition({ names }: Layout, id: TaskId, partition: number): TaskId {
  const count = names.length;
  const name = names[partition] as QueueName;
  let unique = uniqueOfTask(id);
  if (partitionOf(unique, count) !== partition) {
    const bytes = Buffer.from(unique, "base64url");
    for (let tail = hash("sha256", unique, "buffer").readUInt32BE(); ; tail = (tail + 1) >>> 0) {
      bytes.writeUInt32BE(tail, TAIL_AT);
      unique = bytes.toString("base64url");
      if (partitionOf(unique, count) === partition) {
        break;
      }
    }
  }
  return joinTaskId(name, unique);
}

/**
 * What became of a new task, as everybody else is told: its id where that is not the one that it was offered with, and
 * of how many partitions the one is whose share of the queue's backlog is full.
 */
export function outerOutcome(
  { names }: Layout,
  result: ItemResult<SubmitOutcome>,
  offered: NewTask,
  stored: NewTask,
): ItemResult<SubmitOutcome> {
  if (result instanceof StoreError) {
    return result;
  }
  if (result.kind === "full") {
    const { full } = result;
    const partitions = names.length;
    return full?.of === "queue" ? { ...result, full: { ...full, partitions } } : result;
  }
  if (routingKeyOf(offered.spec) === "") {
    return result;
  }
  const id = outerId(stored.id);
  return id === offered.id ? result : { ...result, id };
}
