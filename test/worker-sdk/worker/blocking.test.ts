import assert from "node:assert/strict";
import { TaskClient } from "@baton/worker-sdk";
import { openRedis } from "../../../server/src/store/redis/open-redis-store.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { Child } from "../../support/processes/child.ts";
import { NODE_FLAGS } from "../../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";

/** Leaves a busy machine more than a second for what has to happen between two blocks. */
const TTL_MS = 5_000;
/** Pings and their time-out are to the ttl what they are by default. */
const SERVER = { pingIntervalMs: (TTL_MS * 10) / 15, pingTimeoutMs: (TTL_MS * 20) / 15 };
const WORKER = new URL("../../support/processes/blocking-worker.ts", import.meta.url).pathname;

interface Ended {
  readonly state: string;
  readonly crashes: number;
  readonly deliveries: number;
}

for (const store of ["SQLite", "Redis"] as const) {
  describe(`Handlers that block the event loop, on ${store}`, function () {
    this.timeout(60_000);
    let dispatcher: DispatcherUnderTest;
    let redis: RedisServer | undefined;
    let client: TaskClient;
    let workers: Child[] = [];
    before(async () => {
      redis = store === "Redis" ? await startRedis() : undefined;
      dispatcher = await startTestDispatcher({
        settings: { leaseTtlMs: TTL_MS, heartbeatIntervalMs: TTL_MS / 3 },
        server: SERVER,
        ...(redis && { store: (await openRedis({ url: redis.url })).store }),
      });
      client = new TaskClient({ address: dispatcher.address });
    });
    after(async () => {
      await client?.close();
      await dispatcher?.stop();
      await redis?.stop();
    });
    beforeEach(() => {
      workers = [];
    });
    afterEach(async () => {
      await Promise.all(workers?.map((worker) => worker.kill()));
    });

    async function startWorkers(queue: string, count: number): Promise<void> {
      const env = { BATON_ADDRESS: dispatcher.address, BATON_QUEUE: queue };
      for (let at = 0; at < count; at += 1) {
        workers.push(new Child({ command: process.execPath, args: [...NODE_FLAGS, WORKER], env }));
      }
      await Promise.all(workers.map((worker) => worker.line(/^state running/)));
    }

    async function submit(queue: string, type: string, ms: number, count = 1): Promise<string[]> {
      const specs = Array.from({ length: count }, () => client.submit(queue, type, { ms }));
      return (await Promise.all(specs)).map(({ taskId }) => taskId);
    }

    async function endsOf(ids: readonly string[]): Promise<Ended[]> {
      return Promise.all(
        ids.map(async (id) => {
          await client.await(id, { timeoutMs: 50_000 }).catch(() => {});
          const { state, crashes, deliveries } = await client.get(id);
          return { state, crashes, deliveries };
        }),
      );
    }

    function assertUnharmed(ends: readonly Ended[]): void {
      const output = workers.map((worker) => worker.output).join("");
      for (const end of ends) {
        assert.deepEqual(end, { state: "SUCCEEDED", crashes: 0, deliveries: 1 });
      }
      assert.doesNotMatch(output, /aborted/);
      assert.equal(output.match(/state connecting/g)?.length, workers.length, "no stream broke");
      assert.equal(output.match(/^began/gm)?.length, ends.length, "each ran once");
    }

    for (const type of store === "SQLite" ? ["block", "later"] : ["block"]) {
      it(`cost no lease, though all of a grant take longer than the ttl together (${type})`, async () => {
        const ids = await submit(type, type, TTL_MS / 12, 32);
        await startWorkers(type, 2);
        assertUnharmed(await endsOf(ids));
      });
    }

    it("cost nobody anything though one takes most of the ttl: neither those that run nor those that wait", async () => {
      const queue = "long";
      await startWorkers(queue, 1);
      const naps = await submit(queue, "nap", TTL_MS, 2);
      await workers[0]?.line(/began/);
      const blocks = await submit(queue, "block", 0.6 * TTL_MS, 2);
      assertUnharmed(await endsOf([...naps, ...blocks]));
    });
  });
}
