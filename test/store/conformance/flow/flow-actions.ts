import assert from "node:assert/strict";
import type {
  KeySettings,
  QueueSettings,
  RateLimit,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import type { TaskSpec } from "../../../../server/src/domain/task.ts";
import type { KeyFigures, KeysQuery } from "../../../../server/src/store/flow.ts";
import type { Hold, LeaseOutcome, Store } from "../../../../server/src/store/store.ts";
import { newTasks, QUEUE } from "../../../support/task-factory.ts";
import {
  type HeldTask,
  type LeaseOptions,
  lease,
  leaseOne,
  openSession,
  renew,
  settle,
  submit,
  sweep,
  type TestSession,
} from "../actions.ts";
import type { StoreUnderTest } from "../harness.ts";

/** The ttl of sessions that are to outlive what a test waits for. */
export const DAY_MS = 86_400_000;

/** What a key has that has nothing of its own. */
const PLAIN_KEY: KeySettings = {
  weight: null,
  concurrencyLimit: null,
  rateLimit: null,
  isPaused: false,
};

/** Changes some settings of a queue, as one that read them just now. */
export async function setQueue(
  store: Store,
  changes: Partial<QueueSettings>,
  queue = QUEUE,
): Promise<void> {
  const [present] = await store.settings([queue]);
  assert.ok(present !== undefined);
  const settings = { ...present.settings, ...changes };
  assert.deepEqual(await store.putSettings(queue, settings, present.revision), { kind: "ok" });
}

/** Sets what a key has in place of its queue's settings; null takes it back. */
export async function setKey(
  store: Store,
  key: string,
  changes: Partial<KeySettings> | null,
  queue = QUEUE,
): Promise<void> {
  const settings = changes === null ? null : { ...PLAIN_KEY, ...changes };
  assert.deepEqual(await store.putKey(queue, key, settings), { kind: "ok" });
}

/** A rate of so many tasks in a minute. */
export function perMinute(tasks: number, burst = 1): RateLimit {
  return { tasks, periodMs: 60_000, burst };
}

/** Opens a session that outlives every wait. */
export function openLong(store: Store, workerId = "worker-1"): Promise<TestSession> {
  return openSession(store, { workerId, ttlMs: DAY_MS });
}

/** Submits so many tasks of a concurrency key, or without one where it is empty. */
export async function submitOf(
  store: Store,
  concurrencyKey: string,
  count = 1,
  overrides: Partial<TaskSpec> = {},
): Promise<TaskId[]> {
  const batch = newTasks(count, { concurrencyKey, ...overrides });
  const outcomes = await store.submit(batch);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    batch.map(() => "created"),
  );
  return outcomes.map(({ id }, at) => id ?? batch[at]?.id ?? assert.fail());
}

/** Submits a task of an ordering key. */
export function submitOrdered(
  store: Store,
  orderingKey: string,
  overrides: Partial<TaskSpec> = {},
): Promise<TaskId> {
  return submit(store, { orderingKey, ...overrides });
}

/** The ids of tasks, in order. */
export function idsOf(tasks: readonly { readonly id: TaskId }[]): TaskId[] {
  return tasks.map(({ id }) => id);
}

/** Leases the ids that there are to lease now, in a session of their own. */
export async function leaseIds(store: Store, options: LeaseOptions = {}): Promise<TaskId[]> {
  return idsOf(await lease(store, await openLong(store), options));
}

/** Leases all that may be leased now, which must be so many tasks, to a session of their own. */
export async function leaseAll(store: Store, count: number): Promise<TestSession> {
  const session = await openLong(store);
  assert.equal((await lease(store, session)).length, count);
  assert.deepEqual(await lease(store, session), []);
  return session;
}

/** Leases one task to a session that dies of it, and reclaims it. */
export async function leaseAndCrash(store: Store): Promise<HeldTask> {
  const dying = await openSession(store);
  const task = await leaseOne(store, dying);
  await renew(store, dying, 0);
  await sweep(store);
  return task;
}

/** Has another process listen; what it returns waits until that hears of tasks to lease. */
export async function hearReady(under: StoreUnderTest): Promise<() => Promise<void>> {
  const another = await under.another();
  const heard = new Promise<void>((resolve) => {
    another.onHint((hint) => hint.kind === "ready" && resolve());
  });
  return () => heard;
}

/** Asks for tasks and returns all that is answered. */
export async function ask(
  store: Store,
  session: TestSession,
  options: LeaseOptions = {},
): Promise<Extract<LeaseOutcome, { kind: "ok" }>> {
  const { queue, sessionId, streamId, workerId } = session;
  const outcome = await store.lease({
    queue,
    sessionId,
    streamId,
    workerId,
    types: options.types ?? null,
    limit: options.limit ?? 100,
    maxPayloadBytes: options.maxPayloadBytes ?? 4 * 1024 * 1024,
    ...(options.isApart === undefined ? {} : { isApart: options.isApart }),
  });
  assert.ok(outcome.kind === "ok");
  return outcome;
}

/** Ends a lease by a release that holds others. */
export async function releaseAndHold(
  store: Store,
  task: HeldTask,
  hold: Hold,
  delayMs = 0,
): Promise<void> {
  const outcome = await settle(store, task, { kind: "release", delayMs, hold });
  assert.ok(outcome.kind === "ok");
}

/** How many of each concurrency key there are. */
export function countByKey(tasks: readonly { readonly spec: TaskSpec }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { spec } of tasks) {
    counts[spec.concurrencyKey] = (counts[spec.concurrencyKey] ?? 0) + 1;
  }
  return counts;
}

/** Sweeps until nothing is left that is due. */
export async function sweepAll(store: Store, queue = QUEUE): Promise<void> {
  for (let lap = 0; lap < 50; lap += 1) {
    const { nextInMs } = await sweep(store, queue);
    if (nextInMs !== 0) {
      return;
    }
  }
  assert.fail("sweeps never come to an end");
}

/** Every key that a listing has, by name. */
export async function listKeys(
  store: Store,
  query: Partial<KeysQuery> = {},
): Promise<Map<string, KeyFigures>> {
  const found = new Map<string, KeyFigures>();
  let after: string | null = "";
  for (let page = 0; after !== null && page < 1_000; page += 1) {
    const answer = await store.keys({
      queue: QUEUE,
      filter: "all",
      limit: 100,
      ...query,
      after,
    });
    assert.ok(answer.keys.length <= (query.limit ?? 100), "a page is too long");
    for (const figures of answer.keys) {
      assert.ok(!found.has(figures.key), `${figures.key} is there twice`);
      found.set(figures.key, figures);
    }
    after = answer.next;
  }
  assert.equal(after, null, "a listing never comes to an end");
  return found;
}
