import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import { LeaseLostError, TaskClient } from "@baton/worker-sdk";
import { Redis } from "ioredis";
import { Subscriptions } from "../../server/src/automation/events/subscriptions.ts";
import { UndecodableLog } from "../../server/src/dispatch/store-calls/undecodable-log.ts";
import type { Subscription } from "../../server/src/domain/events/event.ts";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import { silent } from "../support/automation.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { newSpec } from "../support/task-factory.ts";
import { aborted, deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";
import { Workers } from "../support/workers.ts";

describe("Dispatchers whose Redis is emptied under them", function () {
  this.timeout(20_000);

  let server: RedisServer;
  let redis: Redis;
  let subscriptions: Subscriptions[];
  let dispatchers: DispatcherUnderTest[] = [];
  let client: TaskClient;
  let other: TaskClient;
  let workers: Workers;

  beforeEach(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    subscriptions = [];
    dispatchers = [];
    const undecodable = new UndecodableLog({ clock: systemClock, log: silent });
    const start = async () => {
      const { store, documents } = await openRedis({ url: server.url });
      subscriptions.push(new Subscriptions(documents, systemClock, undecodable));
      const dispatcher = await startTestDispatcher({ store });
      dispatchers.push(dispatcher);
      return dispatcher.address;
    };
    const address = await start();
    workers = new Workers(address);
    client = new TaskClient({ address });
    other = new TaskClient({ address: await start() });
  });
  afterEach(async () => {
    await workers?.stop();
    await Promise.all([client?.close(), other?.close()]);
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
    redis?.disconnect();
    await server?.stop();
  });

  for (const commands of [["FLUSHALL"], ["FLUSHALL", "FUNCTION FLUSH"]]) {
    it("end the waits for what is gone, which would never end", async () => {
      const { taskId } = await client.submit("gone", "t", 1, { delayMs: 60_000 });
      const isGone = { code: "NOT_FOUND", reason: "TASK_NOT_FOUND" };
      const follow = async (): Promise<void> => {
        for await (const { state } of other.watch(taskId)) {
          assert.equal(state, "SCHEDULED");
          seen.resolve();
        }
      };
      const seen = deferred();
      const waits = [client.await(taskId), other.await(taskId), follow()];
      const ends = Promise.all(waits.map((wait) => assert.rejects(wait, isGone)));
      await seen.promise;
      await redis.flushall();
      await ends;
    });

    it(`stop what runs for nothing and go on (${commands.join(", ")})`, async () => {
      const lost: unknown[] = [];
      let started = 0;
      workers.start({
        concurrency: 2,
        queues: {
          email: {
            types: {
              wait: async (_, { signal }) => {
                started += 1;
                await aborted(signal);
                lost.push(signal.reason);
              },
              quick: () => "done",
            },
          },
        },
      });
      const { taskId } = await client.submit("email", "wait", null);
      await client.submit("email", "wait", null);
      await eventually(() => assert.equal(started, 2));
      const waiting = assert.rejects(other.await(taskId), { code: "NOT_FOUND" });

      await Promise.all(commands.map((command) => redis.call(...(command.split(" ") as [string]))));

      await waiting;
      await eventually(() => assert.equal(lost.length, 2), { withinMs: 3_000 });
      assert.ok(lost.every((reason) => reason instanceof LeaseLostError));
      const late = await other.submit("email", "quick", null);
      assert.equal(await client.await(late.taskId), "done");
      const counts = await dispatchers.at(-1)?.store.stats();
      assert.deepEqual(
        counts?.map(({ queue, counts }) => [queue, counts.SUCCEEDED]),
        [["email", 1]],
      );
    });
  }

  it("know no subscription of before, and each one made since", async () => {
    const [one, two] = subscriptions as [Subscriptions, Subscriptions];
    const subscription: Subscription = {
      name: "points",
      eventType: "paid",
      source: "",
      attributes: {},
      task: newSpec(),
      paused: false,
    };
    await one.put(subscription);
    assert.deepEqual([(await one.routes()).length, (await two.routes()).length], [1, 1]);
    await redis.flushall();
    assert.deepEqual(await one.routes(), []);
    assert.equal((await two.put(subscription)).created, true);
    assert.equal((await one.routes()).length, 1);
    await redis.flushall();
    await two.put({ ...subscription, name: "stock" });
    assert.deepEqual(
      (await one.routes()).map(({ subscription: { name } }) => name),
      ["stock"],
    );
  });
});
