import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import { Redis } from "ioredis";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createEvents } from "../../server/src/automation/events/events.ts";
import type { Schedules } from "../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../server/src/automation/schedules/schedules.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { BatonEvent, Subscription } from "../../server/src/domain/events/event.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import { COLLECTIONS, type DocumentPut, type Documents } from "../../server/src/store/documents.ts";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import { BatchError, type Store, StoreError } from "../../server/src/store/store.ts";
import { silent, submitterOn } from "../support/automation.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { newDefinition } from "../support/schedule-factory.ts";
import { newSpec } from "../support/task-factory.ts";
import { eventually } from "../support/time/eventually.ts";

const QUEUE = "reports" as QueueName;

describe("Schedules and events on a full Redis", function () {
  this.timeout(20_000);

  let server: RedisServer;
  let admin: Redis;
  let store: Store;
  let documents: Documents;
  let schedules: Schedules;
  let events: Events;

  beforeEach(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    ({ store, documents } = await openRedis({ url: server.url }));
    const parts = {
      store,
      documents,
      dispatcher: submitterOn(store),
      clock: systemClock,
      log: silent,
      sweepIntervalMs: 50,
    };
    schedules = createSchedules(parts);
    events = createEvents(parts);
  });

  afterEach(async () => {
    await schedules?.stop();
    await events?.stop();
    await store?.close();
    admin?.disconnect();
    await server?.stop();
  });

  const fill = () => admin.config("SET", "maxmemory", "1");
  const empty = () => admin.config("SET", "maxmemory", "0");

  it("are refused where they are new, and paused, resumed and removed where they are there", async () => {
    const definition = newDefinition({ task: newSpec({ queue: QUEUE }) });
    await schedules.put(definition);
    await events.putSubscription(subscription("all"));
    await fill();
    await assert.rejects(schedules.put({ ...definition, name: "new" }), isFull);
    await assert.rejects(events.putSubscription(subscription("new")), isFull);
    const [answer] = await events.publish([event("1")]);
    assert.ok(isFull(answer));
    for (const isPaused of [true, false]) {
      const { state } = await schedules.setPaused(definition.name, isPaused);
      assert.equal(state.pausedAtMs !== null, isPaused);
      assert.equal((await events.setPaused("all", isPaused)).paused, isPaused);
    }
    assert.equal(await schedules.remove(definition.name, true), true);
    assert.equal(await events.removeSubscription("all"), true);
  });

  it("go on where nothing has to be submitted, and leave no tick half done", async () => {
    const task = newSpec({ queue: QUEUE });
    const often = { kind: "fixed_rate", intervalMs: 1_000 } as const;
    // Only a broadcast without workers fires nothing.
    const shards = { kind: "broadcast" } as const;
    await schedules.put(newDefinition({ name: "nobody", task, cadence: often, shards }));
    await schedules.put(newDefinition({ name: "some", task, cadence: often }));
    await fill();
    schedules.start();
    await eventually(
      async () => {
        const [newest] = await schedules.firings("nobody");
        assert.equal(newest?.outcome, "SKIPPED_NO_WORKER");
        assert.ok(newest.sequence >= 1);
      },
      { withinMs: 10_000 },
    );
    assert.equal((await schedules.get("some")).state.plan, null);
    await empty();
    await eventually(
      async () => assert.equal((await schedules.firings("some")).at(-1)?.outcome, "SUBMITTED"),
      { withinMs: 10_000 },
    );
  });

  it("refuses of a batch what is not small, and says which", async () => {
    const { subscriptions } = COLLECTIONS;
    const put = (name: string, isSmall: boolean): DocumentPut => {
      return { name, body: Buffer.from("x"), due: null, expectedVersion: null, isSmall };
    };
    await documents.put(subscriptions, [put("a", false), put("b", false)]);
    await fill();
    const batch = [put("a", true), put("new", false), put("b", true)];
    const error = await documents.put(subscriptions, batch).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof BatchError);
    assert.deepEqual(
      error.results.map((each) => (each instanceof StoreError ? each.kind : "ok")),
      ["ok", "full", "ok"],
    );
  });
});

function subscription(name: string): Subscription {
  const task = newSpec({ queue: QUEUE, payload: Buffer.alloc(0) });
  return { name, eventType: "paid", source: "", attributes: {}, task, paused: false };
}

function event(id: string): BatonEvent {
  return {
    id,
    source: "/orders",
    type: "paid",
    subject: "",
    dataContentType: "application/json",
    dataSchema: "",
    timeMs: null,
    extensions: {},
    data: Buffer.from("{}"),
  };
}

function isFull(error: unknown): boolean {
  return error instanceof TaskError && error.reason === "STORE_FULL";
}
