import assert from "node:assert/strict";
import { createOperations } from "../../../server/src/automation/operations/operations.ts";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import type { OperationKind } from "../../../server/src/domain/operations/operation.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { die, lease, openSession, retry, settlementOf } from "../../store/conformance/actions.ts";
import { openWorld, processOf, type World } from "../../support/automation.ts";
import { kill, newOperation } from "../../support/operation-factory.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newTasks } from "../../support/task-factory.ts";
import { settled } from "../../support/time/settled.ts";

const TASKS = 50;
const MOVES = new Set<string | symbol>(["redrive", "delete", "cancel", "runNow"]);
/** Two batches and their writes; later calls find it done. */
const CALLS = 24;
const DAY_MS = 86_400_000;

/** Counts how often each task was moved. */
function counted(store: Store, moves: Map<TaskId, number>): Store {
  const watch =
    (call: (batch: never, options: never) => Promise<{ kind: string }[]>) =>
    async (batch: readonly (TaskId | { taskId: TaskId })[], options: never) => {
      const outcomes = await call(batch as never, options);
      for (const [at, { kind }] of outcomes.entries()) {
        const item = batch[at] as TaskId | { taskId: TaskId };
        const id = typeof item === "string" ? item : item.taskId;
        if (kind === "ok") {
          moves.set(id, (moves.get(id) ?? 0) + 1);
        }
      }
      return outcomes;
    };
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") {
        return method;
      }
      const bound = method.bind(target);
      return MOVES.has(name) ? watch(bound) : bound;
    },
  });
}

async function pass(world: World, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 250) {
    world.clock.advance(250);
    await settled();
  }
}

/** Has what is READY go back at once to where it was, so that a second move would find it. */
async function goBack(store: Store, kind: OperationKind): Promise<void> {
  const session = await openSession(store, { ttlMs: DAY_MS });
  const held = await lease(store, session, { limit: TASKS });
  const outcome = kind === "RUN_NOW" ? retry(DAY_MS) : die();
  await store.settle(held.map((task) => settlementOf(task, outcome)));
}

async function prepare(store: Store, kind: OperationKind): Promise<TaskId[]> {
  if (kind !== "RUN_NOW") {
    return kill(store, TASKS);
  }
  const batch = newTasks(TASKS, { due: { kind: "after", delayMs: DAY_MS } });
  await store.submit(batch);
  return batch.map(({ id }) => id);
}

async function killedIn(kind: OperationKind, call: number, isLastDone: boolean): Promise<void> {
  const world = openWorld();
  const moves = new Map<TaskId, number>();
  const ids = await prepare(world.store, kind);
  world.clock.advance(100);
  const seen = { ...world, store: counted(world.store, moves) };
  const dying = createOperations(processOf(seen, new Life(call, isLastDone)));
  const other = createOperations(processOf(seen, new Life()));
  const definition = newOperation(kind, { requestId: "once", tasksPerSecond: 150 });
  dying.begin();
  await dying.start(definition, "first").catch(() => {});
  await settled();
  await goBack(world.store, kind);
  await pass(world, 500);
  await goBack(world.store, kind);
  other.begin();
  await other.start(definition, "second");
  for (let second = 0; second < 8; second += 1) {
    await pass(world, 1_000);
    await goBack(world.store, kind);
  }
  const [operation] = await other.list();
  const what = `${kind}, killed in call ${call}${isLastDone ? ", which was done" : ""}`;
  assert.ok(operation !== undefined && "status" in operation, what);
  assert.equal(operation.status, "DONE", what);
  assert.equal(operation.done, TASKS, what);
  assert.deepEqual(
    ids.map((id) => moves.get(id)),
    ids.map(() => 1),
    what,
  );
  await Promise.all([dying.end(), other.end()]);
  await world.store.close();
}

describe("An operation whose dispatcher is killed", () => {
  for (const kind of ["REDRIVE", "DELETE", "RUN_NOW"] as const) {
    it(`is carried on with by another, each task once: ${kind}`, async function () {
      this.timeout(60_000);
      for (let call = 1; call <= CALLS; call += 1) {
        await killedIn(kind, call, false);
        await killedIn(kind, call, true);
      }
    });
  }
});
