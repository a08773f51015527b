import assert from "node:assert/strict";
import { join } from "node:path";
import { TaskClient, type TaskId } from "@baton/worker-sdk";
import { openRedisStore } from "../../server/src/store/redis/open-redis-store.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { eventually } from "../support/time/eventually.ts";

const PROGRAM = join(import.meta.dirname, "../support/processes/poison-worker.ts");
const QUEUE = "poisoned";
const WITHIN_MS = 60_000;

/** Worker processes that are started again when they die, as a supervisor does. */
class Fleet {
  readonly #children = new Set<Child>();
  readonly #address: string;
  #isStopped = false;
  deaths = 0;

  constructor(address: string) {
    this.#address = address;
  }

  start(): void {
    const env = { BATON_ADDRESS: this.#address, BATON_QUEUE: QUEUE };
    const child = new Child({ command: process.execPath, args: [...NODE_FLAGS, PROGRAM], env });
    this.#children.add(child);
    void child.exited.then(({ signal }) => {
      this.#children.delete(child);
      if (!this.#isStopped) {
        assert.equal(signal, "SIGKILL", child.complaints);
        this.deaths += 1;
        this.start();
      }
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#children].map((child) => child.kill()));
  }
}

for (const kind of ["SQLite", "Redis"] as const) {
  describe(`A task that kills its process, on ${kind}`, function () {
    this.timeout(2 * WITHIN_MS);
    let redis: RedisServer | null = null;
    let dispatcher: DispatcherUnderTest;
    let client: TaskClient;
    let fleet: Fleet;

    before(async () => {
      redis = kind === "Redis" ? await startRedis() : null;
    });
    beforeEach(async () => {
      dispatcher = await startTestDispatcher({
        settings: { leaseTtlMs: 5_000, heartbeatIntervalMs: 1_500 },
        ...(redis && { store: await openRedisStore({ url: redis.url }) }),
      });
      client = new TaskClient({ address: dispatcher.address });
      fleet = new Fleet(dispatcher.address);
    });
    afterEach(async () => {
      await fleet?.stop();
      await client?.close();
      await dispatcher?.stop();
    });
    after(() => redis?.stop());

    for (const [workers, what] of [
      [1, "one worker"],
      [2, "two workers"],
    ] as const) {
      it(`dies alone, and its three bystanders succeed, with ${what} of four slots`, async () => {
        const ids: TaskId[] = [];
        for (const type of ["harmless", "poison", "harmless", "harmless"]) {
          ids.push((await client.submit(QUEUE, type, {})).taskId as TaskId);
        }
        for (let n = 0; n < workers; n += 1) {
          fleet.start();
        }
        await eventually(
          async () => {
            const states = await Promise.all(ids.map(async (id) => (await client.get(id)).state));
            assert.deepEqual(states, ["SUCCEEDED", "DEAD", "SUCCEEDED", "SUCCEEDED"]);
          },
          { withinMs: WITHIN_MS },
        );
        const poison = await client.get(ids[1] as TaskId);
        assert.deepEqual([poison.crashes, fleet.deaths], [3, 3]);
      });
    }
  });
}
