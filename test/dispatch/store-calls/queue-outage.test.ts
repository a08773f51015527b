import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import type { LeaseRequest, SessionOpening } from "../../../server/src/store/store.ts";
import type { QueueFault } from "../../support/faulty-store.ts";
import { newTask } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { leaseOf, type TestWorker } from "../test-worker.ts";

const LIVING = "living" as QueueName;
const DEAD = "dead" as QueueName;
const BOTH = [
  { queue: LIVING, types: null },
  { queue: DEAD, types: null },
];
const AWAY: QueueFault = { kind: "unavailable" };

describe("A store that fails for one queue", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    fixture?.store.downQueues.clear();
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  function both(credit = 100): Promise<TestWorker> {
    return fixture.worker({ credit, subscriptions: BOTH });
  }

  /** Has the queue fail, and the dispatcher notice it. */
  async function fail(queue: QueueName, fault = AWAY): Promise<void> {
    fixture.store.downQueues.set(queue, fault);
    await fixture.trySubmit([newTask({ queue })]);
    await fixture.advance(200);
  }

  async function outcomesOf(...queues: readonly QueueName[]): Promise<string[]> {
    const answer = await fixture.trySubmit(queues.map((queue) => newTask({ queue })));
    assert.ok(!(answer instanceof TaskError));
    return answer.map((each) => (each instanceof TaskError ? each.reason : each.kind));
  }

  it("stores and grants the tasks of the others", async () => {
    const worker = await both();
    await fail(DEAD);
    for (let count = 1; count <= 5; count += 1) {
      await fixture.submit(newTask({ queue: LIVING }));
      assert.equal(worker.granted.length, count);
    }
  });

  it("answers a batch over queues item by item", async () => {
    await fixture.turns();
    fixture.store.downQueues.set(DEAD, AWAY);
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await outcomesOf(LIVING, DEAD, LIVING), [
        "created",
        "STORE_UNAVAILABLE",
        "created",
      ]);
      await fixture.advance(200);
    }
  });

  it("is not asked for that queue but by probes, and callers are told when to come back", async () => {
    await both();
    await fail(DEAD, { kind: "unknown" });
    fixture.store.forgetCalls();
    let lastMs = 0;
    for (let second = 0; second < 4; second += 1) {
      const answer = await fixture.trySubmit([newTask({ queue: DEAD })]);
      assert.ok(answer instanceof TaskError);
      assert.equal(answer.reason, "STORE_UNAVAILABLE");
      assert.ok((answer.retryAfterMs ?? 0) > lastMs);
      lastMs = answer.retryAfterMs ?? 0;
      await fixture.advance(1_000);
    }
    assert.equal(fixture.store.calls("submit").length, 0);
    const asked = fixture.store.calls<LeaseRequest>("lease").filter(({ queue }) => queue === DEAD);
    assert.equal(asked.length, 0);
    const probes = fixture.store.calls("get").length;
    assert.ok(probes >= 12 && probes <= 24, `${probes} probes in 4 s`);
  });

  it("has sessions agree anew on that queue alone, and once", async () => {
    const workers = await Promise.all([both(), both(), both()]);
    await fail(DEAD);
    fixture.store.forgetCalls();
    // What the others answer says nothing of it.
    for (let second = 0; second < 5; second += 1) {
      await fixture.submit(newTask({ queue: LIVING }));
      await fixture.advanceBeating(1_000, ...workers);
    }
    assert.deepEqual(fixture.store.calls("openSession"), []);

    fixture.store.downQueues.clear();
    await fixture.advanceBeating(6_000, ...workers);
    const opened = fixture.store.calls<SessionOpening[]>("openSession").flat();
    assert.deepEqual(
      opened.map(({ queue }) => queue),
      workers.map(() => DEAD),
    );
  });

  it("grants the tasks of that queue within a second after it is back", async () => {
    const worker = await both();
    await fixture.worker({ subscriptions: BOTH });
    await fail(DEAD);
    await fixture.advanceBeating(10_000, worker);
    fixture.store.downQueues.clear();
    await fixture.advance(1_000);
    const [id] = await fixture.submit(newTask({ queue: DEAD }));
    assert.deepEqual(worker.grantedIds, [id]);
  });

  it("leaves the dispatcher ready, and is told of in a line a second for all of them", async () => {
    const queues = Array.from({ length: 20 }, (_, index) => `dead-${index}` as QueueName);
    await fixture.turns();
    for (const queue of queues) {
      fixture.store.downQueues.set(queue, AWAY);
    }
    for (let second = 0; second < 10; second += 1) {
      await fixture.trySubmit(queues.map((queue) => newTask({ queue })));
      assert.equal(fixture.dispatcher.isReady(), true);
      await fixture.advance(1_000);
    }
    assert.equal(fixture.dispatcher.load().queuesAway, 20);
    assert.deepEqual(fixture.log.warnings, ["the store failed for some queues"]);
    fixture.store.downQueues.clear();
    await fixture.advance(2_000);
    assert.equal(fixture.dispatcher.load().queuesAway, 0);
  });

  it("counts as away where it fails for every queue", async () => {
    await fixture.turns();
    fixture.store.down = "unavailable";
    await fixture.trySubmit([newTask({ queue: LIVING })]);
    await fixture.turns();
    assert.equal(fixture.dispatcher.isReady(), false);
    assert.deepEqual(fixture.log.warnings, ["the store failed"]);
  });

  it("does not flip where it refuses writes and answers reads", async () => {
    const worker = await both();
    const [id] = await fixture.submit(
      newTask({ queue: DEAD, due: { kind: "after", delayMs: 1e6 } }),
    );
    assert.ok(id);
    await fail(DEAD, { kind: "unavailable", answersReads: true });
    for (let second = 0; second < 10; second += 1) {
      assert.equal((await fixture.task(id)).id, id);
      assert.deepEqual(await outcomesOf(LIVING, DEAD), ["created", "STORE_UNAVAILABLE"]);
      await fixture.advanceBeating(1_000, worker);
    }
    assert.deepEqual(fixture.log.warnings, ["the store failed for some queues"]);
  });

  it("does not count as away there for one call that fails while others are answered", async () => {
    const worker = await both();
    for (let second = 0; second < 5; second += 1) {
      fixture.store.failNext("submit", "unknown");
      await fixture.trySubmit([newTask({ queue: LIVING })]);
      await fixture.submit(newTask({ queue: LIVING }));
      await fixture.advance(1_000);
    }
    assert.equal(worker.granted.length, 5);
    const told = new Set(fixture.log.warnings);
    assert.deepEqual([...told], ["some calls of the store failed; the next ones succeeded"]);
  });

  it("keeps nobody else waiting where its calls neither return nor fail", async () => {
    const worker = await fixture.worker({
      credit: 100,
      subscriptions: [{ queue: LIVING, types: null }],
    });
    const frozen = Promise.withResolvers<void>();
    fixture.store.downQueues.set(DEAD, { kind: "unknown", after: frozen.promise });
    const first = fixture.trySubmit([newTask({ queue: DEAD })]);
    await fixture.turns();
    await fixture.submit(newTask({ queue: LIVING }));
    assert.equal(worker.granted.length, 1);
    await fixture.advance(2_000);
    frozen.resolve();
    assert.ok((await first) instanceof TaskError);
    await fixture.advance(200);
    // From now on its answers are not waited for.
    const again = Promise.withResolvers<void>();
    fixture.store.downQueues.set(DEAD, { kind: "unknown", after: again.promise });
    assert.deepEqual(await outcomesOf(LIVING, DEAD), ["created", "STORE_UNAVAILABLE"]);
    again.resolve();
  });

  it("acknowledges heartbeats as long as no promise is broken, then calls its leases lost", async () => {
    const worker = await both();
    await fixture.submit(newTask({ queue: LIVING }), newTask({ queue: DEAD }));
    const held = worker.granted.map(leaseOf);
    await fail(DEAD);
    const dead = held.filter(({ taskId }) => taskId.startsWith(DEAD));
    for (let beat = 0; beat < 4; beat += 1) {
      await fixture.advance(5_000);
      worker.beat();
      await fixture.turns();
    }
    assert.equal(worker.got("heartbeat_ack").length, 4);
    const lost = worker.got("heartbeat_ack").map((ack) => ack.lost);
    assert.deepEqual(
      lost.flat().filter(({ taskId }) => taskId.startsWith(LIVING)),
      [],
    );
    assert.deepEqual(lost[0], []);
    assert.deepEqual(lost[2], dead);
  });

  it("welcomes a worker of it and other queues, and has it opened there when it is back", async () => {
    await fail(DEAD);
    const worker = await both();
    await fixture.submit(newTask({ queue: LIVING }));
    assert.equal(worker.granted.length, 1);
    fixture.store.downQueues.clear();
    await fixture.advance(1_000);
    await fixture.submit(newTask({ queue: DEAD }));
    assert.equal(worker.granted.length, 2);
  });
});
