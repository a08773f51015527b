import assert from "node:assert/strict";
import { Cluster } from "ioredis";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { openRedisStore } from "../../../../server/src/store/redis/open-redis-store.ts";
import type { Store, StoreHint } from "../../../../server/src/store/store.ts";
import { startCluster, type TestCluster } from "../../../support/redis/redis-cluster.ts";
import { newTask, QUEUE } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import { complete, leaseOne, openSession, settle, submit } from "../../conformance/actions.ts";
import { describeStore } from "../../conformance/index.ts";
import { redisHarness } from "../redis-harness.ts";

describe("On a cluster of three masters,", function () {
  this.timeout(30_000);

  describeStore(
    redisHarness(
      "Redis Cluster",
      async () => {
        const { url, nodes, stop } = await startCluster();
        const addresses = nodes.map(({ port }) => ({ host: "127.0.0.1", port }));
        return { url, client: () => new Cluster(addresses), stop };
      },
      { followQueues: [QUEUE] },
    ),
  );

  describe("the Redis store", () => {
    let cluster: TestCluster;
    let store: Store;
    let other: Store;

    before(async () => {
      cluster = await startCluster();
      store = await openRedisStore({ url: cluster.url });
      other = await openRedisStore({ url: cluster.url });
    });

    after(async () => {
      await store?.close();
      await other?.close();
      await cluster?.stop();
    });

    it("spreads queues over the masters and takes batches across them", async () => {
      const queues = Array.from({ length: 12 }, (_, index) => `queue-${index}` as QueueName);
      const batch = queues.map((queue) => newTask({ queue }));
      assert.ok((await store.submit(batch)).every(({ kind }) => kind === "created"));
      const found = await other.get(batch.map(({ id }) => id));
      assert.deepEqual(
        found.map((task) => task?.spec.queue),
        queues,
      );
      const stats = await other.stats(queues);
      assert.deepEqual(
        stats.map(({ counts }) => counts.READY),
        queues.map(() => 1),
      );
    });

    it("hints by sharded pub/sub to whoever has a session on the queue", async () => {
      const hints: StoreHint[] = [];
      other.onHint((hint) => hints.push(hint));
      const session = await openSession(other);
      await eventually(async () => {
        hints.length = 0;
        await submit(store);
        await eventually(
          () => assert.deepEqual(hints, [{ kind: "ready", queue: QUEUE, isOwn: false }]),
          {
            withinMs: 100,
          },
        );
        await settle(other, await leaseOne(other, session), complete());
      });
    });

    it("goes on when a master restarts", async () => {
      const [node] = cluster.nodes;
      await node?.kill();
      await node?.start();
      await eventually(
        async () => {
          for (let index = 0; index < 12; index += 1) {
            await submit(store, { queue: `again-${index}` as QueueName });
          }
        },
        { withinMs: 15_000 },
      );
    });
  });
});
