import assert from "node:assert/strict";
import type { Operations } from "../../../server/src/automation/operations/contract.ts";
import { createOperations } from "../../../server/src/automation/operations/operations.ts";
import type { QueueName, TaskType } from "../../../server/src/domain/ids.ts";
import type { Operation } from "../../../server/src/domain/operations/operation.ts";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import { isReadable } from "../../../server/src/domain/undecodable.ts";
import { COLLECTIONS } from "../../../server/src/store/documents.ts";
import { countsOf, find, leaseOne, openSession } from "../../store/conformance/actions.ts";
import { openWorld, processOf, tasksOf, type World } from "../../support/automation.ts";
import { kill, newFilter, newOperation } from "../../support/operation-factory.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { settled } from "../../support/time/settled.ts";

const PEER = "192.0.2.7";
const DAY_MS = 86_400_000;

describe("Operations on many tasks", () => {
  let world: World;
  let operations: Operations;
  beforeEach(() => {
    world = openWorld();
    operations = createOperations(processOf(world, new Life()));
    operations.begin();
  });
  afterEach(async () => {
    await operations?.end();
    await world?.store.close();
  });

  const pass = async (ms: number, stepMs = 100): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      world.clock.advance(stepMs);
      await settled();
    }
  };
  const run = async (...args: Parameters<typeof newOperation>): Promise<Operation> => {
    await pass(100);
    const { id } = await operations.start(newOperation(...args), PEER);
    for (let tries = 0; tries < 100; tries += 1) {
      const operation = await operations.get(id);
      if (operation.endedAtMs !== null) {
        return operation;
      }
      await pass(200);
    }
    return assert.fail("it does not end");
  };

  it("redrive what is dead, and say how many", async () => {
    const ids = await kill(world.store, 250);
    const [waiting] = await world.store.submit([newTask()]);
    assert.ok(waiting);
    const operation = await run("REDRIVE");
    assert.deepEqual(
      [operation.status, operation.done, operation.skipped, operation.failed],
      ["DONE", 250, {}, {}],
    );
    assert.deepEqual([operation.startedBy, operation.definition.reason], [PEER, "mended"]);
    const tasks = await world.store.get(ids);
    assert.deepEqual([...new Set(tasks.map((task) => task?.state))], ["READY"]);
    assert.equal((await countsOf(world.store)).READY, 251);
  });

  it("touch what every condition of the filter chooses, and nothing else", async () => {
    const { store } = world;
    const wanted = { type: "send" as TaskType, labels: { tenant: "a" }, concurrencyKey: "k" };
    await kill(store, 3, wanted, "Timeout");
    await kill(store, 2, { ...wanted, type: "other" as TaskType }, "Timeout");
    await kill(store, 2, { ...wanted, labels: { tenant: "b" } }, "Timeout");
    await kill(store, 2, { ...wanted, concurrencyKey: "l" }, "Timeout");
    await kill(store, 2, wanted, "Broken");
    await kill(store, 2, { ...wanted, queue: "other" as QueueName }, "Timeout");
    await pass(1_000);
    const lateMs = world.clock.nowMs();
    await kill(store, 2, wanted, "Timeout");
    const operation = await run(
      "REDRIVE",
      {},
      {
        types: ["send" as TaskType, "unheard-of" as TaskType],
        labels: { tenant: "a" },
        concurrencyKey: "k",
        failureType: "Timeout",
        submittedFromMs: 0,
        submittedBeforeMs: lateMs,
      },
    );
    assert.equal(operation.done, 3);
    assert.equal((await countsOf(store)).READY, 3);
  });

  it("leave alone what dies after the start", async () => {
    const { store } = world;
    await kill(store, 20);
    await pass(100);
    const { id } = await operations.start(newOperation("REDRIVE", { tasksPerSecond: 10 }), PEER);
    await pass(500);
    await kill(store, 5, { priority: 9 });
    await pass(10_000);
    const { status, done } = await operations.get(id);
    assert.deepEqual([status, done], ["DONE", 20]);
    assert.equal((await countsOf(store)).DEAD, 5);
  });

  it("cancel what waits, and what is leased only where that is said", async () => {
    const { store } = world;
    await store.submit(newTasks(3));
    await store.submit(newTasks(3, { due: { kind: "after", delayMs: DAY_MS } }));
    const session = await openSession(store, { ttlMs: DAY_MS });
    const held = await leaseOne(store, session);
    assert.equal((await run("CANCEL")).done, 5);
    const running = await find(store, held.id);
    assert.equal(running.state, "LEASED");
    assert.equal((await run("CANCEL", {}, { states: ["LEASED"] })).done, 1);
    const cancelled = await find(store, held.id);
    assert.deepEqual([cancelled.state, cancelled.cancelReason], ["CANCELLED", "mended"]);
  });

  it("run what is scheduled before its time, and nothing else", async () => {
    const { store } = world;
    await store.submit(newTasks(7, { due: { kind: "after", delayMs: DAY_MS } }));
    await kill(store, 2);
    const operation = await run("RUN_NOW");
    assert.deepEqual([operation.done, operation.skipped], [7, {}]);
    assert.equal((await countsOf(store)).READY, 7);
  });

  it("delete what ended, in whichever way", async () => {
    const { store } = world;
    await kill(store, 4);
    await store.submit(newTasks(6));
    await run("CANCEL");
    await store.submit([newTask()]);
    const operation = await run("DELETE");
    assert.deepEqual([operation.done, operation.planned], [10, 10]);
    const counts = await countsOf(store);
    assert.deepEqual(
      TASK_STATES.filter((state) => counts[state] > 0),
      ["READY"],
    );
  });

  it("take ids instead, of any queue, and say why they skip some", async () => {
    const { store } = world;
    const dead = await kill(store, 2);
    const elsewhere = await kill(store, 1, { queue: "other" as QueueName });
    const ready = newTask();
    await store.submit([ready]);
    const ids = [...dead, ...elsewhere, ready.id, newTask().id];
    const target = { kind: "ids", ids, total: ids.length } as const;
    const operation = await run("REDRIVE", { target });
    assert.deepEqual([operation.done, operation.skipped], [3, { OTHER_STATE: 1, NOT_FOUND: 1 }]);
    assert.deepEqual(operation.definition.target, { kind: "ids", ids: [], total: 5 });
  });

  it("hold their rate within a tenth, also where a dispatcher was late", async function () {
    this.timeout(30_000);
    await kill(world.store, 900);
    await pass(100);
    await operations.start(newOperation("REDRIVE", { tasksPerSecond: 100 }), PEER);
    const startMs = world.clock.monotonicMs();
    for (const seconds of [2, 4, 6, 8]) {
      // One look takes 300 ms, as on a machine that is busy.
      await pass(1_000, 50);
      await pass(900, 300);
      await pass(100, 50);
      const { READY } = await countsOf(world.store);
      const elapsedS = (world.clock.monotonicMs() - startMs) / 1_000;
      assert.equal(elapsedS, seconds);
      assert.ok(Math.abs(READY - 100 * seconds) <= 10 * seconds + 10, `${READY} in ${seconds} s`);
    }
  });

  it("end with as many as they may, and say that there are more", async () => {
    await kill(world.store, 30);
    const operation = await run("REDRIVE", { maxTasks: 12 });
    assert.deepEqual([operation.status, operation.isRead, operation.done], ["DONE", false, 12]);
    assert.equal((await countsOf(world.store)).DEAD, 18);
  });

  it("stop when they are told to, and count what was done by then", async () => {
    await kill(world.store, 100);
    await pass(100);
    const { id } = await operations.start(newOperation("REDRIVE", { tasksPerSecond: 10 }), PEER);
    await pass(2_000);
    await operations.stop(id);
    await pass(10_000);
    const { status, done, endedAtMs } = await operations.get(id);
    assert.equal(status, "STOPPED");
    assert.ok(endedAtMs !== null);
    assert.equal((await countsOf(world.store)).READY, done);
    assert.ok(done >= 15 && done <= 30, String(done));
    assert.equal((await operations.stop(id)).status, "STOPPED");
  });

  it("are started once for a request id, and refuse another under it", async () => {
    await kill(world.store, 10);
    await pass(100);
    const definition = newOperation("REDRIVE", { requestId: "mend-7" });
    const [first, again] = await Promise.all([
      operations.start(definition, PEER),
      operations.start(definition, PEER),
    ]);
    assert.equal(again.id, first.id);
    await pass(2_000);
    const later = await operations.start(definition, "192.0.2.8");
    assert.deepEqual([later.id, later.status, later.startedBy], [first.id, "DONE", PEER]);
    await assert.rejects(operations.start({ ...definition, kind: "DELETE" }, PEER), {
      reason: "OPERATION_ID_REUSED",
      metadata: { operation_id: first.id },
    });
  });

  it("say beforehand how many they would be about, and change nothing", async () => {
    const { store } = world;
    const ids = await kill(store, 30);
    await pass(100);
    const all = await operations.preview(newOperation("REDRIVE"));
    assert.deepEqual([all.tasks, all.isComplete, all.sample.length], [30, true, 20]);
    const some = await operations.preview(newOperation("REDRIVE", { maxTasks: 10 }));
    assert.deepEqual([some.tasks, some.isComplete], [10, false]);
    const ready = newTask();
    await store.submit([ready]);
    const target = { kind: "ids", ids: [...ids.slice(0, 2), ready.id], total: 3 } as const;
    const named = await operations.preview(newOperation("REDRIVE", { target }));
    assert.deepEqual([named.tasks, named.sample], [2, ids.slice(0, 2)]);
    assert.equal((await countsOf(store)).DEAD, 30);
    assert.deepEqual(await operations.list(), []);
  });

  it("are listed, the newest first, for 30 days after their end", async () => {
    const first = await run("REDRIVE");
    const second = await run("DELETE");
    assert.deepEqual([first.done, first.planned, first.status], [0, 0, "DONE"]);
    const ids = async () => (await operations.list()).filter(isReadable).map(({ id }) => id);
    assert.deepEqual(await ids(), [second.id, first.id]);
    await pass(29 * DAY_MS, DAY_MS);
    assert.equal((await ids()).length, 2);
    await pass(2 * DAY_MS, DAY_MS);
    assert.deepEqual(await ids(), []);
    await assert.rejects(operations.get(first.id), { reason: "OPERATION_NOT_FOUND" });
  });

  it("are a hundred at a time at most", async () => {
    await operations.end();
    for (let count = 0; count < 100; count += 1) {
      await operations.start(newOperation("REDRIVE"), PEER);
    }
    await assert.rejects(operations.start(newOperation("REDRIVE"), PEER), {
      reason: "OPERATIONS_FULL",
    });
  });

  it("leave a record that cannot be read to who can", async () => {
    const put = { body: Buffer.from("{}"), due: { kind: "now" }, expectedVersion: 0 } as const;
    await world.documents.put(COLLECTIONS.operations, [{ name: "odd", ...put }]);
    await kill(world.store, 3);
    assert.equal((await run("REDRIVE")).done, 3);
    const listed = await operations.list();
    assert.deepEqual(listed.map(isReadable), [true, false]);
    await assert.rejects(operations.get("odd"), { reason: "RECORD_UNDECODABLE" });
  });

  it("wait for a store that is away, and go on", async () => {
    await operations.end();
    await kill(world.store, 10);
    await pass(100);
    const parts = processOf(world, new Life());
    let isAway = true;
    const store = new Proxy(parts.store, {
      get: (target, name) =>
        name === "redrive" && isAway
          ? () => Promise.reject(new Error("away"))
          : Reflect.get(target, name),
    });
    operations = createOperations({ ...parts, store });
    operations.begin();
    const { id } = await operations.start(newOperation("REDRIVE"), PEER);
    await pass(3_000);
    assert.equal((await operations.get(id)).done, 0);
    isAway = false;
    await pass(3_000);
    const { status, done, failed } = await operations.get(id);
    assert.deepEqual([status, done, failed], ["DONE", 10, {}]);
    assert.equal((await tasksOf(world.store, QUEUE)).length, 10);
    assert.ok(newFilter("REDRIVE").states.length > 0);
  });
});
