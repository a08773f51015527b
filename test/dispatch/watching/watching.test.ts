import assert from "node:assert/strict";
import type { Task } from "../../../server/src/domain/task.ts";
import type { TaskState } from "../../../server/src/domain/task-state.ts";
import type { GetOptions } from "../../../server/src/store/store.ts";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { failed, leaseOf } from "../test-worker.ts";

describe("Watching", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
    assert.equal(fixture?.clock.pendingTimers ?? 0, 0);
  });

  const never = () => new AbortController().signal;

  /** Collects what is yielded, and how it ended. */
  function collect(watched: AsyncIterable<Task>) {
    const seen: Task[] = [];
    const outcome: { error: unknown; isOver: boolean } = { error: null, isOver: false };
    const run = async () => {
      try {
        for await (const task of watched) {
          seen.push(task);
        }
      } catch (error) {
        outcome.error = error;
      }
      outcome.isOver = true;
    };
    return { seen, outcome, done: run(), states: () => seen.map(({ state }) => state) };
  }

  /** A worker that runs a task, and who awaits its end. */
  async function awaitedTask() {
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    await fixture.turns();
    return { worker, id, waiting };
  }

  it("awaits a final task at once and another until it is final", async () => {
    const { worker, id, waiting } = await awaitedTask();
    worker.complete(worker.newest);
    assert.equal((await waiting).state, "SUCCEEDED");
    assert.equal((await fixture.dispatcher.awaitFinal(id, never())).state, "SUCCEEDED");
  });

  it("finds the end right behind the settlement, before that is answered", async () => {
    const { worker, waiting } = await awaitedTask();
    fixture.store.isDeaf = true;
    const held = fixture.store.holdNextAnswer("settle");
    worker.complete(worker.newest);
    assert.equal((await waiting).state, "SUCCEEDED");
    held.release();
    await fixture.turns();
  });

  const asksOfGet = () => fixture.store.calls<GetOptions>("get").map(({ watch }) => watch);

  /** A worker that was granted a task of which nobody has asked yet. */
  async function grantedTask() {
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    await fixture.turns();
    assert.equal(worker.granted.length, 1);
    fixture.store.forgetCalls();
    return { worker, id };
  }

  it("reads a task that ends here in a moment once, and asks for no hints", async () => {
    const { worker, id } = await grantedTask();
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    await fixture.turns();
    assert.deepEqual(asksOfGet(), []);
    worker.complete(worker.newest);
    assert.equal((await waiting).state, "SUCCEEDED");
    assert.deepEqual(asksOfGet(), [false]);
  });

  it("looks at a task that runs here, and asks for hints, where it does not end in a moment", async () => {
    const { worker, id } = await grantedTask();
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    fixture.clock.advance(19);
    await fixture.turns();
    assert.deepEqual(asksOfGet(), []);
    fixture.clock.advance(1);
    await fixture.turns();
    assert.deepEqual(asksOfGet(), [true]);
    worker.complete(worker.newest);
    await waiting;
    assert.deepEqual(asksOfGet(), [true, false]);
  });

  it("reads a task whose settlement is under way at once, and asks for no hints", async () => {
    const { worker, id } = await grantedTask();
    const held = fixture.store.holdNextAnswer("settle");
    worker.complete(worker.newest);
    await fixture.turns();
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    assert.equal((await waiting).state, "SUCCEEDED");
    assert.deepEqual(asksOfGet(), [false]);
    held.release();
    await fixture.turns();
  });

  it("asks for hints of a task that did not end with its attempt", async () => {
    const { worker, id } = await grantedTask();
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    await fixture.turns();
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    assert.deepEqual(asksOfGet(), [false, true]);
    await fixture.dispatcher.cancel(id, "");
    assert.equal((await waiting).state, "CANCELLED");
  });

  it("shows a task that runs here at once to who watches it, whoever awaits it", async () => {
    const { worker, id } = await grantedTask();
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    const watched = collect(fixture.dispatcher.watch(id, never()));
    await fixture.turns();
    assert.deepEqual(watched.states(), ["LEASED"]);
    worker.complete(worker.newest);
    await Promise.all([waiting, watched.done]);
    assert.deepEqual(watched.states(), ["LEASED", "SUCCEEDED"]);
  });

  it("gives every waiter of a task its end", async () => {
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const waiting = Array.from({ length: 50 }, () => fixture.dispatcher.awaitFinal(id, never()));
    await fixture.turns();
    worker.complete(worker.newest);
    const states = (await Promise.all(waiting)).map(({ state }) => state);
    assert.deepEqual(new Set(states), new Set<TaskState>(["SUCCEEDED"]));
  });

  it("stops awaiting with the signal's reason", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const abort = new AbortController();
    const waiting = fixture.dispatcher.awaitFinal(id, abort.signal);
    await fixture.turns();
    abort.abort(new Error("the deadline"));
    await assert.rejects(waiting, { message: "the deadline" });
    await assert.rejects(fixture.dispatcher.awaitFinal(id, abort.signal), {
      message: "the deadline",
    });
  });

  it("refuses to await or watch a task that is not there", async () => {
    const { id } = newTask();
    await assert.rejects(fixture.dispatcher.awaitFinal(id, never()), { reason: "TASK_NOT_FOUND" });
    const watched = collect(fixture.dispatcher.watch(id, never()));
    await watched.done;
    assert.equal((watched.outcome.error as { reason: string }).reason, "TASK_NOT_FOUND");
  });

  it("tells why where the store cannot be read at first, and waits on where it fails later", async () => {
    const worker = await fixture.worker();
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    fixture.store.failNext("get");
    await assert.rejects(fixture.dispatcher.awaitFinal(id, never()), {
      reason: "STORE_UNAVAILABLE",
    });

    const waiting = fixture.dispatcher.awaitFinal(id, never());
    await fixture.turns();
    worker.session.addCredit(1);
    await fixture.turns();
    fixture.store.failNext("get");
    worker.complete(worker.newest);
    await fixture.advance(1_000);
    assert.equal((await waiting).state, "SUCCEEDED");
  });

  it("finds the end that no hint told of within a second", async () => {
    const { worker, waiting } = await awaitedTask();
    fixture.store.isDeaf = true;
    worker.complete(worker.newest);
    await fixture.advance(1_000);
    assert.equal((await waiting).state, "SUCCEEDED");
  });

  it("shows a task now, at each change of state or progress, and its end last", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const watched = collect(fixture.dispatcher.watch(id, never()));
    await fixture.turns();
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    const progress = { fraction: 0.5, note: "half" };
    worker.beat([{ lease: leaseOf(worker.newest), progress, checkpoint: null }]);
    await fixture.turns();
    worker.complete(worker.newest);
    await watched.done;
    assert.deepEqual(watched.states(), ["READY", "LEASED", "LEASED", "SUCCEEDED"]);
    assert.deepEqual(watched.seen[2]?.progress, progress);
    assert.equal(watched.outcome.error, null);
  });

  it("shows nothing twice, however often it looks", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const abort = new AbortController();
    const watched = collect(fixture.dispatcher.watch(id, abort.signal));
    await fixture.advance(10_000);
    assert.deepEqual(watched.states(), ["READY"]);
    abort.abort();
    await watched.done;
    assert.equal(watched.outcome.error, null);
  });

  it("merges changes that come faster than they are read, and never drops the last", async () => {
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const iterator = fixture.dispatcher.watch(id, never())[Symbol.asyncIterator]();
    assert.equal((await iterator.next()).value?.state, "LEASED");
    const lease = leaseOf(worker.newest);
    for (const fraction of [0.1, 0.2, 0.3]) {
      worker.beat([{ lease, progress: { fraction, note: "" }, checkpoint: null }]);
      await fixture.turns();
    }
    worker.complete(worker.newest);
    await fixture.turns();
    assert.equal((await iterator.next()).value?.state, "SUCCEEDED");
    assert.equal((await iterator.next()).done, true);
  });

  it("looks nothing up any more once nobody follows", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    for await (const task of fixture.dispatcher.watch(id, never())) {
      assert.equal(task.state, "READY");
      break;
    }
    await fixture.turns();
    fixture.store.forgetCalls();
    await fixture.dispatcher.cancel(id, "");
    await fixture.turns();
    assert.equal(fixture.store.calls("get").length, 1);
  });

  it("asks the store for hints once, and again with each look that no hint asked for", async () => {
    const worker = await fixture.worker();
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    fixture.store.forgetCalls();
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    await fixture.turns();
    worker.session.addCredit(1);
    await fixture.turns();
    assert.deepEqual(asksOfGet(), [true, false]);
    await fixture.advance(1_000);
    assert.deepEqual(asksOfGet(), [true, false, true]);
    worker.complete(worker.newest);
    await waiting;
  });

  it("reads many followed tasks in calls of two hundred", async () => {
    const ids = await fixture.submit(...newTasks(450));
    fixture.store.forgetCalls();
    const waiting = ids.map((id) => fixture.dispatcher.awaitFinal(id, never()));
    await fixture.turns();
    assert.equal(fixture.store.calls("get").length, 3);
    const worker = await fixture.worker({ credit: 450 });
    await fixture.turns();
    worker.complete(...worker.granted);
    await Promise.all(waiting);
  });

  it("ends with DRAINING when the dispatcher stops", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const waiting = fixture.dispatcher.awaitFinal(id, never());
    const watched = collect(fixture.dispatcher.watch(id, never()));
    await fixture.turns();
    const refused = assert.rejects(waiting, { reason: "DRAINING" });
    await fixture.dispatcher.stop();
    await refused;
    await watched.done;
    assert.equal((watched.outcome.error as { reason: string }).reason, "DRAINING");
    await assert.rejects(fixture.dispatcher.awaitFinal(id, never()), { reason: "DRAINING" });
  });
});
