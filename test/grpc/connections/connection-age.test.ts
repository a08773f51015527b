import assert from "node:assert/strict";
import { TaskClient } from "@baton/worker-sdk";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { GrpcClient } from "../../support/grpc/grpc-client.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

/** Connections are sent elsewhere after 180 to 220 ms, and what lives long on them after 320. */
const AGE_MS = 200;
const HELLO = { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "email" }] };

describe("A connection that is old", function () {
  this.timeout(20_000);

  let dispatcher: DispatcherUnderTest;
  beforeEach(async () => {
    // Longer than a machine that is busy keeps a worker from its heartbeats.
    const settings = { leaseTtlMs: 9_000, heartbeatIntervalMs: 3_000 };
    dispatcher = await startTestDispatcher({ maxConnectionAgeMs: AGE_MS, settings });
  });
  afterEach(() => dispatcher?.stop());

  it("is left by a worker that opens its next stream on the same channel, with its leases", async () => {
    const client = new GrpcClient(dispatcher.address);
    const first = client.lease();
    first.send({ hello: HELLO });
    const { welcome } = await first.nextThat(({ frame }) => frame === "welcome");
    await client.task("Submit", { task: { queue: "email", type: "t" } });
    first.send({ credit: { tasks: 1 } });
    const { grant } = await first.nextThat(({ frame }) => frame === "grant");
    const lease = grant?.tasks[0]?.lease ?? null;
    assert.ok(lease !== null);

    const { drain } = await first.nextThat(({ frame }) => frame === "drain");
    assert.equal(drain?.cause, "DRAIN_CAUSE_REBALANCE");
    const second = client.lease();
    const resumeSession = welcome?.sessionKey ?? "";
    second.send({ hello: { ...HELLO, resumeSession, held: [lease], streamNumber: 2 } });
    const resumed = await second.nextThat(({ frame }) => frame === "welcome");
    assert.deepEqual(resumed.welcome?.kept, [lease]);
    first.halfClose();
    second.send({ settle: { settlements: [{ lease, complete: {} }] } });
    const { settleAck } = await second.nextThat(({ frame }) => frame === "settleAck");
    assert.equal(settleAck?.results[0]?.status, "SETTLEMENT_STATUS_OK");
    second.cancel();
    client.close();
  });

  it("ends a client's streams with DRAINING, after what it owes", async () => {
    const client = new GrpcClient(dispatcher.address);
    const ends = [client.submitStream(), client.awaitStream()].map((stream) => stream.ended);
    for (const { code, reason, retryDelayMs } of await Promise.all(ends)) {
      assert.deepEqual([code, reason, retryDelayMs], ["UNAVAILABLE", "DRAINING", 0]);
    }
    client.close();
  });

  it("goes unnoticed by whoever uses the SDK", async () => {
    const { address } = dispatcher;
    const workers = new Workers(address);
    const runs = new Map<string, number>();
    workers.start({
      queues: {
        email: (_: unknown, { taskId }: { readonly taskId: string }) => {
          runs.set(taskId, (runs.get(taskId) ?? 0) + 1);
        },
      },
    });
    const client = new TaskClient({ address });
    const untilMs = performance.now() + 10 * AGE_MS;
    const results: Promise<unknown>[] = [];
    await eventually(
      async () => {
        const { taskId } = await client.submit("email", "t", {});
        results.push(client.await(taskId));
        await client.get(taskId);
        assert.ok(performance.now() > untilMs);
      },
      { withinMs: 15_000 },
    );
    await Promise.all(results);
    assert.deepEqual(
      [...runs.values()],
      results.map(() => 1),
    );
    await client.close();
    await workers.stop();
  });
});
