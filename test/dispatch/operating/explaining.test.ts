import assert from "node:assert/strict";
import type { TaskId, TaskType } from "../../../server/src/domain/ids.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { failed, leaseOf } from "../test-worker.ts";

describe("Explaining", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(() => fixture?.stop());

  async function explain(id: TaskId | undefined) {
    assert.ok(id);
    const { summary, reasons } = await fixture.dispatcher.explain(id);
    const codes = reasons.map(({ code }) => code);
    return { summary, codes, remainingMs: reasons[0]?.remainingMs, ahead: reasons.at(-1)?.ahead };
  }

  it("says how long a delayed task has to wait", async () => {
    const [id] = await fixture.submit(newTask({ due: { kind: "after", delayMs: 90_000 } }));
    await fixture.advance(30_000);
    assert.deepEqual(await explain(id), {
      summary: "It is due in 60 s.",
      codes: ["DELAYED"],
      remainingMs: 60_000,
      ahead: undefined,
    });
  });

  it("says how long a failed task backs off", async () => {
    const policy = retryPolicy({ initialBackoffMs: 8_000 });
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask({ retryPolicy: policy }));
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    await fixture.advance(3_000);
    assert.deepEqual(await explain(id), {
      summary: "Attempt 1 of 5 failed; the next may start in 5 s.",
      codes: ["BACKING_OFF"],
      remainingMs: 5_000,
      ahead: undefined,
    });
  });

  it("says that a suspect waits for a worker of its own, and how often its workers were lost", async () => {
    const [id] = await fixture.submit(newTask());
    const lost = "Its worker was lost 2 times; 3 times in a row would end it.";
    for (let crash = 0; crash < 2; crash += 1) {
      const victim = await fixture.worker({ credit: 1 });
      await fixture.turns();
      victim.cut();
      await fixture.advance(2_000);
    }
    const worker = await fixture.worker();
    await fixture.turns();
    assert.deepEqual((await explain(id)).codes, ["NO_CREDIT", "SUSPECT"]);
    const { reasons } = await fixture.dispatcher.explain(id as TaskId);
    assert.ok(reasons[1]?.detail.startsWith(lost), reasons[1]?.detail);
    worker.session.addCredit(1);
    await fixture.turns();
    assert.ok((await explain(id)).summary.endsWith(`for 0 ms. ${lost}`));
  });

  it("does not count a worker that was refused", async () => {
    fixture.store.failNext("openSession");
    await assert.rejects(fixture.worker({ credit: 1 }));
    const [id] = await fixture.submit(newTask());
    assert.deepEqual((await explain(id)).codes, ["NO_WORKER"]);
  });

  it("says that no worker takes the type, and how many tasks come first", async () => {
    const other = "digest" as TaskType;
    await fixture.worker({ subscriptions: [{ queue: QUEUE, types: [other] }], credit: 5 });
    const ids = await fixture.submit(...newTasks(3));
    assert.deepEqual(await explain(ids[2]), {
      summary: "No live worker takes tasks of type send from queue email.",
      codes: ["NO_WORKER", "BEHIND_OTHERS"],
      remainingMs: undefined,
      ahead: 2,
    });
  });

  it("says that the workers have no room, and that one task comes first", async () => {
    await fixture.worker();
    await fixture.worker();
    const ids = await fixture.submit(...newTasks(2));
    assert.deepEqual(await explain(ids[1]), {
      summary:
        "2 workers take tasks of type send from queue email, but none has room for one more.",
      codes: ["NO_CREDIT", "BEHIND_OTHERS"],
      remainingMs: undefined,
      ahead: 1,
    });
  });

  it("counts a worker that reads too slowly as one without room", async () => {
    const worker = await fixture.worker({ credit: 5 });
    worker.isWritable = false;
    const [, id] = [await fixture.submit(newTask()), ...(await fixture.submit(newTask()))];
    assert.deepEqual((await explain(id)).codes, ["NO_CREDIT"]);
  });

  it("says that nothing keeps a task that is about to be granted", async () => {
    await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.down = "unavailable";
    await fixture.advance(100);
    fixture.store.down = null;
    fixture.store.isDeaf = true;
    const another = fixture.another();
    const task = newTask();
    await fixture.trySubmit([task], another);
    assert.deepEqual(await explain(task.id), {
      summary: "It waits for nothing: it is about to be granted.",
      codes: [],
      remainingMs: undefined,
      ahead: undefined,
    });
  });

  it("says who runs a task and for how long", async () => {
    await fixture.worker({ credit: 1, workerId: "press-7" });
    const [id] = await fixture.submit(newTask());
    await fixture.advance(4_000);
    const { summary, codes } = await explain(id);
    assert.equal(summary, "Worker press-7 has been running attempt 1 of 5 for 4 s.");
    assert.deepEqual(codes, []);
  });

  it("says how a final task ended, and when", async () => {
    const worker = await fixture.worker({ credit: 2 });
    const ids = await fixture.submit(...newTasks(2));
    const [one, two] = worker.granted;
    assert.ok(one && two);
    worker.complete(one);
    worker.settle(failed(leaseOf(two), { nonRetryable: true }));
    await fixture.turns();
    await fixture.advance(300_000);
    assert.equal((await explain(ids[0])).summary, "It ended as SUCCEEDED 5 min ago.");
    assert.equal(
      (await explain(ids[1])).summary,
      "It ended as DEAD 5 min ago: Boom: it went wrong.",
    );
  });

  it("refuses where there is no task", async () => {
    await assert.rejects(fixture.dispatcher.explain(newTask().id), { reason: "TASK_NOT_FOUND" });
  });
});
