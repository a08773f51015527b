import assert from "node:assert/strict";
import type { TaskType } from "../../../server/src/domain/ids.ts";
import { newTasks } from "../../support/task-factory.ts";
import { lease, openSession, submit, type TestSession } from "../conformance/actions.ts";
import type { StoreUnderTest } from "../conformance/harness.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

// More than one call to lease expires.
const A_GREAT_MANY = 1_100;
const MAIL = "mail" as TaskType;
const PUSH = "push" as TaskType;

describe("The ready index of SQLite", () => {
  let under: StoreUnderTest;
  let session: TestSession;

  beforeEach(async () => {
    under = await sqliteHarness.start();
    session = await openSession(under.store);
  });

  afterEach(async () => {
    assert.deepEqual((await under?.orphans()) ?? [], []);
    await under?.stop();
  });

  const leased = async (limit: number, types?: readonly TaskType[]) =>
    (await lease(under.store, session, { limit, ...(types && { types }) })).map(({ id }) => id);

  it("is leased from its head although tasks in it have expired by then", async () => {
    await under.store.submit(newTasks(A_GREAT_MANY, { startDeadlineMs: 10 }));
    await under.advance(10);
    const fresh = await submit(under.store);
    assert.deepEqual(await leased(A_GREAT_MANY), [fresh]);
  });

  it("is sorted by type once somebody asks for one, with those that were in it before", async () => {
    const first = await submit(under.store, { type: MAIL });
    const second = await submit(under.store, { type: PUSH });
    const third = await submit(under.store, { type: PUSH });
    const fourth = await submit(under.store, { type: MAIL });
    assert.deepEqual(await leased(1, [PUSH]), [second]);
    const fifth = await submit(under.store, { type: PUSH });
    assert.deepEqual(await leased(2, [PUSH, MAIL]), [first, third]);
    assert.deepEqual(await leased(10), [fourth, fifth]);
  });

  it("stays sorted where the process ends and the next one opens the file", async () => {
    await leased(1, [PUSH]);
    const mail = await submit(under.store, { type: MAIL });
    const push = await submit(under.store, { type: PUSH });
    await under.crash();
    const later = await submit(under.store, { type: PUSH });
    assert.deepEqual(await leased(10, [PUSH]), [push, later]);
    assert.deepEqual(await leased(10), [mail]);
  });
});
