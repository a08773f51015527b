import assert from "node:assert/strict";
import fc from "fast-check";
import type { TaskId, TaskType } from "../../../../server/src/domain/ids.ts";
import { TASK_STATES } from "../../../../server/src/domain/task-state.ts";
import type { ListCursor, ListQuery } from "../../../../server/src/store/store.ts";
import { newSessionId, newTask, newTasks, TYPE } from "../../../support/task-factory.ts";
import { assertListedInOrder, EVERYTHING, isListed, listAll } from "../../model/listing.ts";
import {
  complete,
  die,
  lease,
  openSession,
  redrive,
  settlementOf,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const HOUR_MS = 3_600_000;

/** A batch of tasks, how the first ones end in groups of these sizes, and what becomes of some of the rest. */
interface History {
  readonly count: number;
  readonly type: string;
  readonly team: string;
  readonly hasWindow: boolean;
  readonly delayMs: number;
  readonly groups: readonly number[];
  readonly end: "complete" | "die";
  readonly cancelled: number;
  readonly leased: number;
}

const history: fc.Arbitrary<History> = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  type: fc.constantFrom("a", "b"),
  team: fc.constantFrom("blue", "red"),
  hasWindow: fc.boolean(),
  delayMs: fc.constantFrom(0, 0, 0, HOUR_MS),
  groups: fc.array(fc.constantFrom(1, 1, 1, 2, 5, 12), { maxLength: 20, size: "max" }),
  end: fc.constantFrom<History["end"][]>("complete", "complete", "complete", "die"),
  cancelled: fc.nat({ max: 5 }),
  leased: fc.nat({ max: 10 }),
});

const view = fc.record({
  limit: fc.constantFrom(1, 2, 3, 7, 10, 64, 99, 100, 101, 1_000),
  type: fc.option(fc.constantFrom("a", "b")),
  team: fc.option(fc.constantFrom("blue", "red")),
  states: fc.oneof(fc.constant(TASK_STATES), fc.shuffledSubarray([...TASK_STATES])),
  newestFirst: fc.boolean(),
});

/** That a listing has each task once: of whatever history, and while others move. */
export function describeListMoving(fixture: Fixture): void {
  let batches = 0;

  const run = async (past: History): Promise<TaskId[]> => {
    const { store } = fixture;
    batches += 1;
    const batch = Array.from({ length: past.count }, (_, index) =>
      newTask({
        type: past.type as TaskType,
        labels: { team: past.team },
        requestId: `batch ${batches}, task ${index}`,
        due: past.delayMs === 0 ? { kind: "now" } : { kind: "after", delayMs: past.delayMs },
        retentionMs: HOUR_MS,
        deduplicationWindowMs: past.hasWindow ? 24 * HOUR_MS : 0,
      }),
    );
    const ids = batch.map(({ id }) => id);
    await store.submit(batch);
    const session = await openSession(store, { ttlMs: HOUR_MS });
    for (const limit of past.groups) {
      const leased = await lease(store, session, { limit });
      const outcome = past.end === "die" ? die() : complete();
      await store.settle(leased.map((task) => settlementOf(task, outcome)));
    }
    await store.cancel(
      ids.slice(Math.max(0, past.count - past.cancelled)).map((taskId) => ({ taskId, reason: "" })),
    );
    await lease(store, session, { limit: past.leased });
    return ids;
  };

  it("has every task of random histories once, whatever the filter and the size of the pages (G15)", async () => {
    const ids: TaskId[] = [];
    const holds = fc.asyncProperty(
      history,
      fc.array(view, { minLength: 4, maxLength: 6 }),
      async (past, views) => {
        ids.push(...(await run(past)));
        const all = (await fixture.store.get(ids)).filter((task) => task !== null);
        for (const { limit, type, team, states, newestFirst } of views) {
          const labels: ListQuery["labels"] = team === null ? {} : { team };
          const filter = { type: type as TaskType | null, labels, states };
          const query = { ...EVERYTHING, ...filter, limit, newestFirst };
          const listed = await listAll(fixture.store, query);
          const expected = all.filter((task) => isListed(task, query));
          assert.deepEqual(listed.map(({ id }) => id).sort(), expected.map(({ id }) => id).sort());
          assertListedInOrder(listed, query);
        }
      },
    );
    const { SEED } = process.env;
    // What is stored grows from run to run, so that a shorter history shows nothing.
    await fc.assert(holds, {
      numRuns: 20,
      endOnFailure: true,
      ...(SEED ? { seed: Number(SEED) } : {}),
    });
  }).timeout(60_000);

  it("has the tasks of one batch that ended singly and in groups, to be purged together (G15)", async () => {
    const { store } = fixture;
    const batch = Array.from({ length: 300 }, (_, index) =>
      newTask({ requestId: `${index}`, retentionMs: HOUR_MS }),
    );
    await store.submit(batch);
    const session = await openSession(store);
    for (let left = 300; left > 0; ) {
      const leased = await lease(store, session, { limit: left % 2 === 0 ? 1 : 12 });
      await store.settle(leased.map((task) => settlementOf(task, complete())));
      left -= leased.length;
    }
    const ids = batch.map(({ id }) => id).sort();
    for (const limit of [1, 10, 99, 1_000]) {
      const listed = await listAll(store, { limit, states: ["SUCCEEDED"] });
      assert.deepEqual(listed.map(({ id }) => id).sort(), ids, `pages of ${limit}`);
    }
  }).timeout(30_000);

  it("has the tasks that only one session may lease, by their type", async () => {
    const { store } = fixture;
    const shard = { index: 0, total: 1, sessionId: newSessionId() };
    const waiting = await submit(store, { shard });
    const ended = await submit(store, { shard });
    await store.cancel([{ taskId: ended, reason: "" }]);
    await submit(store, { shard, type: "other" as TaskType });
    const listed = await listAll(store, { type: TYPE });
    assert.deepEqual(
      listed.map(({ id }) => id),
      [waiting, ended],
    );
  });

  it("goes on behind tasks of one time that are redriven page by page (G15)", async () => {
    const { store } = fixture;
    const batch = newTasks(30);
    await store.submit(batch);
    const leased = await lease(store, await openSession(store), { limit: 30 });
    await store.settle(leased.map((task) => settlementOf(task, die())));
    const redriven: TaskId[] = [];
    await eachPage({ states: ["DEAD"], limit: 4 }, async (ids) => {
      for (const id of ids) {
        await redrive(store, id);
        redriven.push(id);
      }
    });
    assert.deepEqual(redriven.sort(), batch.map(({ id }) => id).sort());
  });

  it("goes back behind tasks of one time that are redriven page by page (G15)", async () => {
    const { store } = fixture;
    const batch = newTasks(30);
    await store.submit(batch);
    const leased = await lease(store, await openSession(store), { limit: 30 });
    await store.settle(leased.map((task) => settlementOf(task, die())));
    const redriven: TaskId[] = [];
    await eachPage({ states: ["DEAD"], limit: 4, newestFirst: true }, async (ids) => {
      for (const id of ids) {
        await redrive(store, id);
        redriven.push(id);
      }
    });
    assert.deepEqual(redriven.sort(), batch.map(({ id }) => id).sort());
  });

  it("lists none twice of what comes while it goes back (G15)", async () => {
    const { store } = fixture;
    const batch = newTasks(30);
    await store.submit(batch);
    const listed: TaskId[] = [];
    await eachPage({ states: ["READY"], limit: 4, newestFirst: true }, async (ids) => {
      listed.push(...ids);
      await submit(store);
    });
    const ids = batch.map(({ id }) => id);
    const known = listed.filter((id) => ids.includes(id));
    assert.deepEqual(known.toSorted(), ids.toSorted());
  });

  it("repeats none of one time where the last of a page is gone for good (G15)", async () => {
    const { store } = fixture;
    const batch = newTasks(30, { retentionMs: 0 });
    await store.submit(batch);
    const listed: TaskId[] = [];
    await eachPage({ states: ["READY"], limit: 4 }, async (ids) => {
      listed.push(...ids);
      await store.cancel(ids.slice(-1).map((taskId) => ({ taskId, reason: "" })));
      await sweep(store);
    });
    assert.deepEqual(listed.sort(), batch.map(({ id }) => id).sort());
  });

  async function eachPage(
    query: Partial<ListQuery>,
    visit: (ids: readonly TaskId[]) => Promise<void>,
  ): Promise<void> {
    let after: ListCursor | null = null;
    do {
      const page = await fixture.store.list({ ...EVERYTHING, ...query, after });
      await visit(page.tasks.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
  }
}
