import assert from "node:assert/strict";
import type { QueueName, TaskId } from "../../server/src/domain/ids.ts";
import {
  type OperationDefinition,
  type OperationKind,
  STATES_OF_KIND,
  type TaskFilter,
} from "../../server/src/domain/operations/operation.ts";
import type { TaskSpec } from "../../server/src/domain/task.ts";
import type { Store } from "../../server/src/store/store.ts";
import { die, lease, openSession, settlementOf } from "../store/conformance/actions.ts";
import { newTasks, QUEUE } from "./task-factory.ts";

/** A filter of the usual queue, with every default filled in. */
export function newFilter(kind: OperationKind, overrides: Partial<TaskFilter> = {}): TaskFilter {
  return {
    queue: QUEUE,
    states: STATES_OF_KIND[kind].usual,
    types: [],
    labels: {},
    concurrencyKey: null,
    failureType: null,
    submittedFromMs: null,
    submittedBeforeMs: null,
    ...overrides,
  };
}

/** An operation by filter, as validation would make it. */
export function newOperation(
  kind: OperationKind,
  overrides: Partial<OperationDefinition> = {},
  filter: Partial<TaskFilter> = {},
): OperationDefinition {
  return {
    requestId: "",
    kind,
    target: { kind: "filter", filter: newFilter(kind, filter) },
    maxTasks: 10_000,
    tasksPerSecond: 500,
    reason: "mended",
    ...overrides,
  };
}

/** Has so many tasks die. */
export async function kill(
  store: Store,
  count: number,
  overrides: Partial<TaskSpec> = {},
  failureType = "Boom",
): Promise<TaskId[]> {
  const queue = overrides.queue ?? (QUEUE as QueueName);
  const batch = newTasks(count, overrides);
  const stored = await store.submit(batch);
  const session = await openSession(store, { queue, ttlMs: 86_400_000 });
  const held = await lease(store, session, { limit: count });
  assert.equal(held.length, count);
  const failure = { type: failureType, message: "it broke", stack: "" };
  await store.settle(held.map((task) => settlementOf(task, die(failure))));
  return batch.map(({ id }, at) => stored[at]?.id ?? id);
}
