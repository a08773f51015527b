import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import type { NewTask } from "../../../server/src/store/store.ts";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";

const OTHER_QUEUE = "reports" as QueueName;

describe("Submitting", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const batches = () =>
    fixture.store.calls<readonly NewTask[]>("submit").map(({ length }) => length);

  async function refusal(tasks: readonly NewTask[]): Promise<TaskError> {
    const answer = await fixture.trySubmit(tasks);
    assert.ok(answer instanceof TaskError);
    return answer;
  }

  it("makes one store call of what arrives in one turn", async () => {
    const answers = await Promise.all([
      fixture.trySubmit(newTasks(2)),
      fixture.trySubmit(newTasks(1)),
      fixture.trySubmit(newTasks(3)),
    ]);
    assert.deepEqual(batches(), [6]);
    assert.deepEqual(
      answers.map((answer) => (answer as readonly unknown[]).length),
      [2, 1, 3],
    );
  });

  it("makes one store call a queue, and answers a batch over several in its order", async () => {
    const known = newTask({ requestId: "once", queue: OTHER_QUEUE });
    await fixture.submit(known);
    fixture.store.forgetCalls();
    const batch = [newTask(), known, newTask(), newTask({ queue: OTHER_QUEUE })];
    const answer = await fixture.trySubmit(batch);
    assert.deepEqual(batches(), [2, 2]);
    assert.deepEqual(answer, [
      { kind: "created" },
      { kind: "known" },
      { kind: "created" },
      { kind: "created" },
    ]);
  });

  it("names what differs from the task that has the request id, whatever headers say", async () => {
    const known = { requestId: "once", priority: 3, labels: { a: "1" } };
    await fixture.submit(newTask(known));
    const answer = await fixture.trySubmit([
      newTask({ ...known, headers: { traceparent: "another" } }),
      newTask({ ...known, priority: 4, due: { kind: "after", delayMs: 1 } }),
      newTask({ ...known, payload: Buffer.from("another"), labels: { a: "2" } }),
    ]);
    assert.deepEqual(answer, [
      { kind: "known" },
      { kind: "reused", differing: ["priority", "delay"] },
      { kind: "reused", differing: ["payload", "labels"] },
    ]);
  });

  it("reads repeats back in one call, and nothing where there is none", async () => {
    const tasks = Array.from({ length: 50 }, (_, n) => newTask({ requestId: `${n}` }));
    await fixture.submit(...tasks);
    assert.equal(fixture.store.calls("get").length, 0);
    await Promise.all(tasks.map((task) => fixture.trySubmit([task])));
    assert.equal(fixture.store.calls("get").length, 1);
  });

  it("says what a repeat failed of, and that others did not", async () => {
    const known = newTask({ requestId: "once" });
    await fixture.submit(known);
    fixture.store.failNext("get", "unavailable");
    const [first, second] = (await fixture.trySubmit([known, newTask()])) as readonly unknown[];
    assert.ok(first instanceof TaskError && first.reason === "STORE_UNAVAILABLE");
    assert.deepEqual(second, { kind: "created" });
  });

  it("splits a large batch into calls of two hundred", async () => {
    await fixture.submit(...newTasks(450));
    assert.deepEqual(batches(), [200, 200, 50]);
  });

  it("splits a batch of large payloads by their size", async () => {
    await fixture.submit(...newTasks(6, { payload: Buffer.alloc(1024 * 1024) }));
    assert.deepEqual(batches(), [3, 3]);
  });

  it("gathers what comes while the store is busy", async () => {
    await fixture.stop();
    fixture = new DispatchFixture({ maxCallsUnderWay: 1 });
    const held = fixture.store.holdNext("submit");
    const first = fixture.trySubmit([newTask()]);
    await held.reached;
    const others = Array.from({ length: 5 }, async () => {
      const answer = fixture.trySubmit([newTask()]);
      await fixture.turns(1);
      return answer;
    });
    await fixture.turns();
    held.release();
    await Promise.all([first, ...others]);
    assert.deepEqual(batches(), [1, 5]);
  });

  it("tells why where the store fails", async () => {
    fixture.store.failNext("submit", "unavailable");
    const unavailable = await refusal([newTask()]);
    assert.equal(unavailable.reason, "STORE_UNAVAILABLE");
    assert.equal(unavailable.retryAfterMs, 1_000);

    fixture.store.failNext("submit", "full");
    assert.equal((await refusal([newTask()])).reason, "STORE_FULL");

    fixture.store.failNext("submit", "unknown");
    assert.equal((await refusal([newTask()])).reason, "OUTCOME_UNKNOWN");
  });

  it("takes a repeat of a submit whose answer was lost for what it is", async () => {
    const task = newTask({ requestId: "once" });
    fixture.store.loseNextAnswer("submit");
    assert.equal((await refusal([task])).reason, "OUTCOME_UNKNOWN");
    assert.deepEqual(await fixture.trySubmit([task]), [{ kind: "known" }]);
  });

  it("says of each task of a batch what became of it", async () => {
    fixture.store.failNext("submit", "unavailable");
    const answer = await fixture.trySubmit(newTasks(250));
    assert.ok(!(answer instanceof TaskError));
    const reasons = answer.map((each) => (each instanceof TaskError ? each.reason : each.kind));
    assert.deepEqual(reasons.slice(0, 200), new Array(200).fill("STORE_UNAVAILABLE"));
    assert.deepEqual(reasons.slice(200), new Array(50).fill("created"));
  });

  it("tells nothing of what a store throws that no store should", async () => {
    fixture.store.breakNext("submit");
    const error = await refusal([newTask()]);
    assert.equal(error.reason, "OUTCOME_UNKNOWN");
    assert.doesNotMatch(error.message, /break/);
  });

  it("goes on with other queues where one fails", async () => {
    fixture.store.failNext("submit");
    const [failed, stored] = await Promise.all([
      fixture.trySubmit([newTask()]),
      fixture.trySubmit([newTask({ queue: OTHER_QUEUE })]),
    ]);
    assert.ok(failed instanceof TaskError);
    assert.deepEqual(stored, [{ kind: "created" }]);
  });

  it("refuses more while too much waits for the store", async () => {
    await fixture.stop();
    fixture = new DispatchFixture({ maxWaitingBytes: 1_000, maxCallsUnderWay: 1 });
    const held = fixture.store.holdNext("submit");
    const first = fixture.trySubmit([newTask()]);
    await held.reached;
    const waiting = fixture.trySubmit([newTask({ payload: Buffer.alloc(2_000) })]);
    assert.equal((await refusal([newTask()])).reason, "STORE_UNAVAILABLE");
    held.release();
    assert.deepEqual(await Promise.all([first, waiting]), [
      [{ kind: "created" }],
      [{ kind: "created" }],
    ]);
    assert.deepEqual(await fixture.trySubmit([newTask()]), [{ kind: "created" }]);
  });

  it("answers an empty batch", async () => {
    assert.deepEqual(await fixture.trySubmit([]), []);
  });

  it("answers the others where one caller's callback throws", async () => {
    fixture.dispatcher.submit([newTask()], () => {
      throw new Error("a caller's bug");
    });
    assert.deepEqual(await fixture.trySubmit([newTask()]), [{ kind: "created" }]);
    assert.equal(fixture.log.errors.splice(0).length, 1);
  });
});
