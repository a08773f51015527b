import assert from "node:assert/strict";
import { newTask, newTasks } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  find,
  type HeldTask,
  lease,
  openSession,
  redrive,
  release,
  retry,
  settle,
  submit,
  sweep,
} from "../../conformance/actions.ts";
import { useStore } from "../../conformance/fixture.ts";
import { ask, setQueue } from "../../conformance/flow/flow-actions.ts";
import { redisHarness, startSingle } from "../redis-harness.ts";

const keysOf = (tasks: readonly HeldTask[]) => tasks.map(({ spec }) => spec.concurrencyKey);

describe("Lanes on Redis", () => {
  const fixture = useStore(redisHarness("Redis", startSingle));

  it("lease a task with a key, and leave nothing", async () => {
    const { store, under } = fixture;
    const session = await openSession(store);
    const id = await submit(store, { concurrencyKey: "acme", retentionMs: 1_000 });
    const [task] = await lease(store, session);
    assert.equal(task?.id, id);
    assert.deepEqual(await settle(store, task as HeldTask, complete()), {
      kind: "ok",
      state: "SUCCEEDED",
      isRepeat: false,
    });
    await store.renew([{ ...session, ttlMs: 0 }]);
    await under.advance(60_000);
    await sweep(store);
    assert.deepEqual(await under.residue(), []);
  });

  it("deal in turn, and between keys and the others", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    await store.submit([
      ...newTasks(20, { concurrencyKey: "flood" }),
      ...newTasks(4, { concurrencyKey: "acme" }),
      ...newTasks(4),
    ]);
    assert.deepEqual(keysOf(await lease(store, session, { limit: 12 })).sort(), [
      ...Array(4).fill(""),
      ...Array(4).fill("acme"),
      ...Array(4).fill("flood"),
    ]);
    assert.equal((await lease(store, session)).length, 16);
  });

  it("lease no more of a key than its limit, and go on as leases end", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    await setQueue(store, { keyConcurrencyLimit: 2 });
    await store.submit(newTasks(5, { concurrencyKey: "acme" }));
    await store.submit(newTasks(1, { concurrencyKey: "other" }));
    const first = await lease(store, session);
    assert.deepEqual(keysOf(first).sort(), ["acme", "acme", "other"]);
    assert.deepEqual(await ask(store, session), {
      kind: "ok",
      tasks: [],
      left: 0,
      heldBackMs: null,
    });
    const hints: string[] = [];
    store.onHint(({ kind }) => hints.push(kind));
    const acme = first.filter(({ spec }) => spec.concurrencyKey === "acme");
    await settle(store, acme[0] as HeldTask, retry());
    assert.deepEqual(hints, ["ready"]);
    assert.equal((await lease(store, session)).length, 1);
    await settle(store, acme[1] as HeldTask, release());
    assert.equal((await lease(store, session)).length, 1);
  });

  it("let go what a rate lets go", async () => {
    const { store, under } = fixture;
    const session = await openSession(store, { ttlMs: 600_000 });
    await setQueue(store, { keyRateLimit: { tasks: 1, periodMs: 10_000, burst: 2 } });
    await store.submit(newTasks(5, { concurrencyKey: "acme" }));
    assert.equal((await lease(store, session)).length, 2);
    const { heldBackMs } = await ask(store, session);
    assert.ok(heldBackMs && heldBackMs > 5_000 && heldBackMs <= 10_000, `${heldBackMs}`);
    await under.advance(10_000);
    assert.equal((await lease(store, session)).length, 1);
    assert.equal((await lease(store, session)).length, 0);
  });

  it("keep the order of an ordering key", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    const batch = newTasks(3, { orderingKey: "o", concurrencyKey: "acme" });
    await store.submit(batch);
    for (const { id } of batch) {
      const tasks = await lease(store, session);
      assert.deepEqual(
        tasks.map((task) => task.id),
        [id],
      );
      await settle(store, tasks[0] as HeldTask, retry());
      const again = await lease(store, session);
      assert.equal(again[0]?.id, id);
      await settle(store, again[0] as HeldTask, complete());
    }
    assert.equal((await lease(store, session)).length, 0);
  });

  it("hold those behind a dead task where the queue says so, until it is redriven", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    await setQueue(store, { onDead: "HOLD" });
    const [first, second] = newTasks(2, { orderingKey: "o" });
    assert.ok(first && second);
    await store.submit([first, second]);
    await settle(store, (await lease(store, session))[0] as HeldTask, die());
    assert.equal((await lease(store, session)).length, 0);
    await redrive(store, first.id);
    const [again] = await lease(store, session);
    assert.equal(again?.id, first.id);
    await settle(store, again as HeldTask, complete());
    assert.equal((await lease(store, session))[0]?.id, second.id);
  });

  it("take tasks out that are cancelled, wherever they wait", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    const batch = newTasks(3, { orderingKey: "o" });
    await store.submit([...batch, newTask({ concurrencyKey: "acme" })]);
    await cancel(store, batch[1]?.id as never);
    await cancel(store, batch[0]?.id as never);
    assert.equal((await find(store, batch[0]?.id as never)).state, "CANCELLED");
    assert.equal((await lease(store, session)).length, 2);
  });

  it("hold the whole queue or a key back for as long as a worker says", async () => {
    const { store, under } = fixture;
    const session = await openSession(store, { ttlMs: 600_000 });
    await store.submit(newTasks(3, { concurrencyKey: "acme" }));
    await store.submit(newTasks(1, { concurrencyKey: "other" }));
    const [task] = await lease(store, session, { limit: 1 });
    const hold = { scope: "key", forMs: 30_000 } as const;
    await settle(store, task as HeldTask, { kind: "release", delayMs: 0, hold });
    const rest = await lease(store, session);
    assert.ok(rest.length <= 3);
    for (const each of rest) {
      await settle(store, each, {
        kind: "release",
        delayMs: 0,
        hold: { scope: "queue", forMs: 60_000 },
      });
    }
    const { heldBackMs, left } = await ask(store, session);
    assert.equal(left, 0);
    assert.ok(heldBackMs && heldBackMs > 50_000);
    await under.advance(60_000);
    assert.equal((await lease(store, session)).length, 4);
  });

  it("refuse what a backlog has no room for", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 3, keyMaxBacklog: 1 });
    const acme = { concurrencyKey: "acme" };
    assert.deepEqual(await store.submit([newTask(acme), newTask(acme), newTask()]), [
      { kind: "created" },
      { kind: "full", full: { of: "key", limit: 1 } },
      { kind: "created" },
    ]);
    assert.deepEqual(await store.submit([newTask(), newTask(), { ...newTask(), isOwed: true }]), [
      { kind: "created" },
      { kind: "full", full: { of: "queue", limit: 3 } },
      { kind: "created" },
    ]);
  });

  it("lease nothing while paused, and no more than the queue's concurrency", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    await setQueue(store, { isPaused: true });
    await store.submit([...newTasks(3), ...newTasks(3, { concurrencyKey: "acme" })]);
    assert.deepEqual(await ask(store, session), {
      kind: "ok",
      tasks: [],
      left: 0,
      heldBackMs: null,
    });
    await setQueue(store, { isPaused: false, concurrencyLimit: 4 });
    const tasks = await lease(store, session);
    assert.equal(tasks.length, 4);
    assert.deepEqual(await ask(store, session), {
      kind: "ok",
      tasks: [],
      left: 0,
      heldBackMs: null,
    });
    const hints: string[] = [];
    store.onHint(({ kind }) => hints.push(kind));
    await settle(store, tasks[0] as HeldTask, complete());
    assert.deepEqual(hints, ["ready"]);
    assert.equal((await lease(store, session)).length, 1);
  });
});
