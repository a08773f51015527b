import assert from "node:assert/strict";
import type { QueueName, TaskId } from "../../../../server/src/domain/ids.ts";
import { MAX_FAILURE_TYPES } from "../../../../server/src/store/store.ts";
import { newTasks, QUEUE, retryPolicy } from "../../../support/task-factory.ts";
import {
  complete,
  die,
  lease,
  openSession,
  redrive,
  retry,
  settle,
  settlementOf,
  sweep,
  timedOut,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const HOUR_MS = 3_600_000;

/** Counting dead tasks by what they died of. */
export function describeDeaths(fixture: Fixture): void {
  const failureOf = (type: string) => ({ type, message: "m", stack: "" });
  const counted = async (queue = QUEUE): Promise<Record<string, number>> => {
    const [counts] = await fixture.store.countDeaths([queue]);
    return Object.fromEntries((counts ?? []).map(({ type, tasks }) => [type, tasks]));
  };

  /** Submits as many tasks as there are types, and has each die of its type. */
  const dieOf = async (types: readonly string[]): Promise<TaskId[]> => {
    const { store } = fixture;
    await store.submit(newTasks(types.length));
    const session = await openSession(store, { ttlMs: HOUR_MS });
    const leased = await lease(store, session, { limit: types.length });
    const outcomeOf = (at: number) => die(failureOf(types[at] ?? ""));
    await store.settle(leased.map((task, at) => settlementOf(task, outcomeOf(at))));
    return leased.map(({ id }) => id);
  };

  it("counts each type, whatever it is called, and nothing but the dead", async () => {
    const { store } = fixture;
    await store.submit(newTasks(3));
    const session = await openSession(store);
    const [succeeded, retried] = await lease(store, session, { limit: 3 });
    assert.ok(succeeded && retried);
    await settle(store, succeeded, complete());
    await settle(store, retried, retry(HOUR_MS, failureOf("Broken")));
    assert.deepEqual(await counted(), {});
    await dieOf(["Broken", "Broken", "Br", "Broken pipe", "naïve 🙂", 'a "b" \\ [%', "\u0001"]);
    assert.deepEqual(await counted(), {
      Broken: 2,
      Br: 1,
      "Broken pipe": 1,
      "naïve 🙂": 1,
      'a "b" \\ [%': 1,
      "\u0001": 1,
    });
    assert.deepEqual(await counted("none" as QueueName), {});
  });

  it("counts time-outs and crashes as what they are", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(2, { retryPolicy: retryPolicy({ maxCrashes: 1 }) }));
    const session = await openSession(store, { ttlMs: 1_000 });
    const [late] = await lease(store, session, { limit: 2 });
    assert.ok(late);
    await settle(store, late, timedOut({ kind: "die" }));
    await under.advance(60_000);
    await sweep(store);
    assert.deepEqual(await counted(), { attempt_timeout: 1, crashed: 1 });
  });

  it("counts no more what was redriven, deleted or purged, and again what dies again", async () => {
    const { store, under } = fixture;
    const [a, b, c] = await dieOf(["One", "One", "Other"]);
    assert.ok(a && b && c);
    await redrive(store, a);
    assert.deepEqual(await counted(), { One: 1, Other: 1 });
    const [again] = await lease(store, await openSession(store), { limit: 1 });
    assert.ok(again);
    await settle(store, again, die(failureOf("Other")));
    assert.deepEqual(await counted(), { One: 1, Other: 2 });
    await store.delete([c]);
    assert.deepEqual(await counted(), { One: 1, Other: 1 });
    await under.advance(60 * 24 * HOUR_MS);
    await sweep(store);
    assert.deepEqual(await counted(), {});
  });

  it("forgets the counts with their queue", async () => {
    const { store } = fixture;
    await dieOf(["One", "Other"]);
    assert.equal((await store.deleteQueue(QUEUE, true)).kind, "ok");
    assert.deepEqual(await counted(), {});
  });

  it("tells of so many types at most", async () => {
    const types = Array.from({ length: MAX_FAILURE_TYPES + 100 }, (_, at) => `Type ${at}`);
    for (let at = 0; at < types.length; at += 550) {
      await dieOf(types.slice(at, at + 550));
    }
    const [counts = []] = await fixture.store.countDeaths([QUEUE]);
    assert.ok(counts.length >= MAX_FAILURE_TYPES && counts.every(({ tasks }) => tasks === 1));
    assert.equal(new Set(counts.map(({ type }) => type)).size, counts.length);
  }).timeout(20_000);
}
