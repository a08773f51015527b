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
});
