import assert from "node:assert/strict";
import { silentLogger, Worker } from "@baton/worker-sdk";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";

describe("A worker", () => {
  let service: ScriptedWorkerService;
  beforeEach(async () => {
    service = await ScriptedWorkerService.start();
  });
  afterEach(() => service?.stop());

  it("runs a granted task and settles it with what the handler returned", async () => {
    const worker = new Worker({
      address: service.address,
      queues: { email: (task) => ({ sent: task.payload.to }) },
      logger: silentLogger,
    });
    await worker.runUntil(async () => {
      const stream = await service.stream(0);
      const payload = Buffer.from('{"to":"ada"}');
      assert.equal((await stream.next("credit")).tasks, 16);
      stream.grant(service.task({ payload, contentType: "application/json" }));
      const [settlement] = await stream.settled(1);
      assert.equal(settlement?.complete?.result?.contentType, "application/json");
      assert.equal(settlement.complete.result.value.toString(), '{"sent":"ada"}');
      assert.equal((await stream.next("credit")).tasks, 1);
    });
    assert.equal(worker.state, "stopped");
  });
});
