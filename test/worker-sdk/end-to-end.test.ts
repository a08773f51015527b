import assert from "node:assert/strict";
import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";

interface Tasks {
  readonly greet: { payload: { name: string }; result: string };
}

describe("A worker and a client", () => {
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient<Tasks>;
  beforeEach(async () => {
    dispatcher = await startTestDispatcher();
    client = new TaskClient<Tasks>({ address: dispatcher.address });
  });
  afterEach(async () => {
    await client.close();
    await dispatcher.stop();
  });

  it("hand a task through and its result back", async () => {
    const worker = new Worker<Tasks>({
      address: dispatcher.address,
      queues: { hello: { types: { greet: (task) => `hello ${task.payload.name}` } } },
      logger: silentLogger,
    });
    await worker.runUntil(async () => {
      const { taskId, deduplicated } = await client.submit("hello", "greet", { name: "ada" });
      assert.equal(deduplicated, false);
      assert.equal(await client.await(taskId), "hello ada");
    });
  });
});
