import { type QueueName, type TaskId, taskIdOfRequest } from "../ids.ts";
import type { TaskSpec } from "../task.ts";

/** What says which id a task gets from its store, and has from then on. */
export interface TaskAddress {
  /** What it is offered with. */
  readonly id: TaskId;
  /** See {@link routingKeyOf}. */
  readonly routingKey: string;
}

/** Says where a task lies in a queue that is spread over partitions; empty where its id alone does. */
export function routingKeyOf({
  concurrencyKey,
  orderingKey,
}: Pick<TaskSpec, "concurrencyKey" | "orderingKey">): string {
  return concurrencyKey || orderingKey;
}

/** What has tasks whose request ids are derived: where they go, as the template said when it was decided. */
export interface TaskOrigin {
  readonly queue: QueueName;
  /** Absent where it is empty. */
  readonly routingKey?: string;
}

/** Where the tasks of a template go. */
export function originOf(template: TaskSpec): TaskOrigin {
  const { queue } = template;
  const routingKey = routingKeyOf(template);
  return routingKey === "" ? { queue } : { queue, routingKey };
}

/** The address of a task that has a request id. */
export function addressOfRequest(
  { queue, routingKey = "" }: TaskOrigin,
  requestId: string,
): TaskAddress {
  return { id: taskIdOfRequest(queue, requestId), routingKey };
}
