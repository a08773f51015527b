import assert from "node:assert/strict";
import { failureOf } from "../../support/grpc/grpc-client.ts";
import { type BatonUnderTest, startBaton } from "../../support/grpc/grpc-server.ts";

const TASK = { type: "send", payload: Buffer.from("hello") };

describe("QueueService", () => {
  let baton: BatonUnderTest;

  before(async () => {
    baton = await startBaton();
    for (const queue of ["a", "b", "c"]) {
      await baton.client.task("Submit", { task: { ...TASK, queue } });
    }
    baton.clock.advance(2_500);
    await baton.client.task("Submit", { task: { ...TASK, queue: "a", delay: { seconds: 9 } } });
  });

  after(() => baton?.stop());

  it("returns a queue with its figures", async () => {
    const { queue } = await baton.client.call("QueueService", "GetQueue", { name: "a" });
    assert.equal(queue?.name, "a");
    assert.equal(queue.ready, "1");
    assert.equal(queue.scheduled, "1");
    assert.deepEqual(queue.oldestReadyAge, { seconds: "2", nanos: 500_000_000 });
    assert.equal(queue.settings?.paused, false);
  });

  it("does not know a queue that never had a task", async () => {
    const failure = await failureOf(
      baton.client.call("QueueService", "GetQueue", { name: "never" }),
    );
    assert.equal(failure.code, "NOT_FOUND");
    assert.equal(failure.reason, "QUEUE_NOT_FOUND");
  });

  it("lists queues by name, page by page", async () => {
    const first = await baton.client.call("QueueService", "ListQueues", { pageSize: 2 });
    assert.deepEqual(
      first.queues.map(({ name }) => name),
      ["a", "b"],
    );
    const second = await baton.client.call("QueueService", "ListQueues", {
      pageToken: first.nextPageToken,
    });
    assert.deepEqual(
      second.queues.map(({ name }) => name),
      ["c"],
    );
    assert.equal(second.nextPageToken, "");
  });

  it("counts dead tasks by queue and failure type", async () => {
    await baton.client.task("Submit", { task: { ...TASK, queue: "d" } });
    const stream = baton.client.lease();
    stream.send({
      hello: { protocolVersion: 1, workerId: "worker-1", subscriptions: [{ queue: "d" }] },
    });
    await stream.next();
    stream.send({ credit: { tasks: 1 } });
    const { grant } = await stream.nextThat(({ frame }) => frame === "grant");
    const lease = grant?.tasks[0]?.lease;
    const failure = { type: "Broken", message: "no", stack: "" };
    assert.ok(lease);
    stream.send({ settle: { settlements: [{ lease, fail: { failure, nonRetryable: true } }] } });
    await stream.next();
    stream.cancel();
    const groups = [{ queue: "d", failureType: "Broken", tasks: "1" }];
    const whole = await baton.client.call("QueueService", "CountDead", {});
    assert.deepEqual(whole, { groups, nextPageToken: "", unanswered: [] });
    const one = await baton.client.call("QueueService", "CountDead", { queue: "d" });
    assert.deepEqual(one.groups, groups);
    const first = await baton.client.call("QueueService", "CountDead", { pageSize: 1 });
    assert.deepEqual(first.groups, []);
    const { nextPageToken: pageToken } = first;
    const other = baton.client.call("QueueService", "CountDead", { queue: "d", pageToken });
    assert.equal((await failureOf(other)).reason, "INVALID_PAGE_TOKEN");
    const filter = { queue: "d", states: ["TASK_STATE_DEAD" as const], failureType: "Broken" };
    assert.equal((await baton.client.task("List", filter)).tasks.length, 1);
  });
});
