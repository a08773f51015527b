import assert from "node:assert/strict";
import { TaskClient } from "@baton/worker-sdk";
import { Cluster } from "../crash/support/cluster.ts";
import { Workers } from "../support/workers.ts";

/** JSON of 1 MiB, less a little. */
const LARGE = "x".repeat(1024 * 1024 - 64);
/** `BATON_HONEST_TASKS=300 npx mocha test/abuse/honest.test.ts` for more. */
const LARGE_TASKS = Number(process.env.BATON_HONEST_TASKS ?? 60);
const WAITING = 2_000;
const WORKERS = 200;

describe("A dispatcher cuts nobody who", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let client: TaskClient;
  let workers: Workers;

  beforeEach(async () => {
    cluster = await Cluster.start({ store: "sqlite:%folder%/baton.db" });
    const [address = ""] = cluster.directAddresses;
    client = new TaskClient({ address, timeoutMs: 60_000 });
    workers = new Workers(address);
  });

  afterEach(async () => {
    const dispatcher = cluster?.dispatcher(0);
    await workers?.stop();
    await client?.close();
    await dispatcher?.stop(10_000);
    await cluster?.destroy();
    assert.doesNotMatch(dispatcher?.complaints ?? "", /refused or cut/);
  });

  it("submits tasks of 1 MiB as fast as it can, has them run with results of 1 MiB, and lists them", async () => {
    const submitted = await Promise.all(
      Array.from({ length: LARGE_TASKS }, () => client.submit("large", "large", LARGE)),
    );
    let runs = 0;
    workers.start({
      queues: {
        large: {
          types: {
            large: (task) => {
              runs += 1;
              return task.payload;
            },
          },
        },
      },
    });
    const results = await Promise.all(submitted.map(({ taskId }) => client.await(taskId)));
    assert.ok(results.every((result) => result === LARGE));
    assert.equal(runs, LARGE_TASKS, "no lease was lost");
    let listed = 0;
    for await (const { payload } of client.list({ queue: "large", includePayload: true })) {
      listed += client.decode(payload) === LARGE ? 1 : 0;
    }
    assert.equal(listed, LARGE_TASKS);
  });

  it("waits for two thousand tasks, which two hundred workers run", async () => {
    const submitted = await Promise.all(
      Array.from({ length: WAITING }, (_, n) => client.submit("many", "many", n)),
    );
    const results = Promise.all(submitted.map(({ taskId }) => client.await(taskId)));
    for (let n = 0; n < WORKERS; n += 1) {
      workers.start({
        queues: { many: { types: { many: (task) => task.payload } } },
      });
    }
    assert.deepEqual(
      await results,
      submitted.map((_, n) => n),
    );
  });
});
