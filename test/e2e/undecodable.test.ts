import assert from "node:assert/strict";
import { createEvents } from "../../server/src/automation/events/events.ts";
import { createSchedules } from "../../server/src/automation/schedules/schedules.ts";
import type { BatonEvent } from "../../server/src/domain/events/event.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import { Undecodable } from "../../server/src/domain/undecodable.ts";
import { COLLECTIONS, type Collection, type Document } from "../../server/src/store/documents.ts";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import { RecordingLog } from "../dispatch/recording-log.ts";
import { openWorld, processOf, tasksOf, type World } from "../support/automation.ts";
import { Life } from "../support/processes/mortal.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { newDefinition, REPORTS } from "../support/schedule-factory.ts";
import { newSpec } from "../support/task-factory.ts";
import { eventually } from "../support/time/eventually.ts";
import { ManualClock } from "../support/time/manual-clock.ts";
import { settled } from "../support/time/settled.ts";

const MINUTE = 60_000;
const POINTS = "points" as QueueName;
const STOCK = "stock" as QueueName;

/** What somebody or something made of a record. */
const DAMAGE: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  "is empty": () => Buffer.alloc(0),
  "is cut off": (body) => body.subarray(0, Math.floor(body.length / 2)),
  "is something else": () => Buffer.from("\u0000\u0000\u0000\u0004null and more"),
  "has a text in the place of a number": (body) =>
    Buffer.from(
      body.toString("latin1").replace('"intervalMs":60000', '"intervalMs":"abc"'),
      "latin1",
    ),
  "has a cadence of a later version": (body) =>
    Buffer.from(body.toString("latin1").replace("fixed_rate", "fixed_moon"), "latin1"),
};

describe("A record that cannot be read", () => {
  let redis: RedisServer;
  let worlds = 0;
  const stops: (() => Promise<void>)[] = [];

  before(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) {
      await stop();
    }
  });

  after(() => redis?.stop());

  const STORES: Readonly<Record<string, () => Promise<World>>> = {
    SQLite: async () => openWorld(),
    Redis: async () => {
      const clock = new ManualClock();
      const beginMs = clock.nowMs();
      worlds += 1;
      const prefix = `undecodable${worlds}-`;
      const clockOffset = () => clock.nowMs() - beginMs;
      return { clock, ...(await openRedis({ url: redis.url, prefix, clockOffset })) };
    },
  };

  function start(world: World) {
    const log = new RecordingLog();
    const counted: string[] = [];
    const onUndecodable = (kind: string) => counted.push(kind);
    const parts = { ...processOf(world, new Life()), log, onUndecodable };
    const schedules = createSchedules(parts);
    const events = createEvents(parts);
    schedules.start();
    events.start();
    stops.push(async () => {
      await Promise.all([schedules.stop(), events.stop()]);
      await world.store.close();
    });
    return { schedules, events, log, counted };
  }

  /** Damages what is stored, to be looked at once the minute is over. */
  async function damage(
    { documents, clock }: World,
    collection: Collection,
    name: string,
    how: (body: Buffer) => Buffer,
  ): Promise<void> {
    const [found] = await documents.get(collection, [name]);
    const { body, version } = found as Document;
    const due = { kind: "at", atMs: clock.nowMs() } as const;
    const put = { name, body: how(body), due, expectedVersion: version };
    const [outcome] = await documents.put(collection, [put]);
    assert.equal(outcome?.kind, "ok");
  }

  async function pass({ clock }: World, ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) {
      clock.advance(500);
      await settled();
    }
  }

  for (const [store, open] of Object.entries(STORES)) {
    for (const [what, how] of Object.entries(DAMAGE)) {
      it(`keeps no other schedule from firing, on ${store}, where it ${what}`, async () => {
        const world = await open();
        const { schedules, log, counted } = start(world);
        const cadence = { kind: "fixed_rate", intervalMs: MINUTE } as const;
        for (const name of ["a", "b", "c"]) {
          await schedules.put(newDefinition({ name, cadence, overlapPolicy: "ALLOW" }));
        }
        await damage(world, COLLECTIONS.schedules, "b", how);
        const fired = async () => {
          await pass(world, 5_000);
          assert.ok((await schedules.firings("a")).length >= 2);
          assert.ok((await schedules.firings("c")).length >= 2);
        };
        await eventually(fired, { withinMs: 30_000 });
        await assert.rejects(schedules.get("b"), { reason: "RECORD_UNDECODABLE" });
        const listed = await schedules.list(null, 10);
        assert.deepEqual(
          listed.map((each) =>
            each instanceof Undecodable ? [each.recordName, each.message] : each.definition.name,
          ),
          ["a", ["b", "a schedule cannot be read"], "c"],
        );
        assert.ok(counted.length > 1 && counted.every((kind) => kind === "schedule"));
        assert.equal(log.errors.length, 1, "it is logged once");
        assert.equal((log.errors[0] as { record: string }).record, "b");
        // Nobody needs a tool to get rid of it.
        const { created } = await schedules.put(newDefinition({ name: "b", cadence }));
        assert.equal(created, false);
        assert.equal((await schedules.get("b")).definition.name, "b");
        await damage(world, COLLECTIONS.schedules, "c", how);
        assert.equal(await schedules.remove("c", true), true);
      }).timeout(60_000);
    }

    it(`keeps no other event and no other subscription from being served, on ${store}`, async () => {
      const world = await open();
      const { events, log } = start(world);
      for (const queue of [POINTS, STOCK]) {
        const task = newSpec({ queue, payload: Buffer.alloc(0) });
        const wanted = { name: queue, eventType: "paid", source: "", attributes: {}, task };
        await events.putSubscription({ ...wanted, paused: false });
      }
      const third = { eventType: "other", source: "", attributes: {}, task: newSpec() };
      await events.putSubscription({ ...third, name: "third", paused: false });
      await events.publish([eventOf(1), eventOf(2)]);
      const both = async () => {
        await pass(world, 1_000);
        assert.equal((await tasksOf(world.store, POINTS)).length, 2);
      };
      await eventually(both, { withinMs: 20_000 });
      const { documents } = world;
      const names = (await documents.due(COLLECTIONS.events, 0, 0)).documents;
      assert.deepEqual(names, []);
      await documents.put(COLLECTIONS.events, [
        { name: "broken", body: Buffer.from("{"), due: { kind: "now" }, expectedVersion: 0 },
      ]);
      await documents.put(COLLECTIONS.subscriptions, [
        { name: "broken", body: Buffer.from("{"), due: null, expectedVersion: 0 },
      ]);
      const damaged = (body: Buffer) =>
        Buffer.from(body.toString().replace('"attributes":{}', '"attributes":13'));
      await damage(world, COLLECTIONS.subscriptions, "third", damaged);
      // A change that is not known is known after a while.
      await pass(world, 10_000);
      const [receipt] = await events.publish([eventOf(3)]);
      assert.ok(receipt !== undefined && "taskIds" in receipt);
      assert.equal(receipt.taskIds.length, 2);
      const all = async () => {
        await pass(world, 1_000);
        assert.equal((await tasksOf(world.store, POINTS)).length, 3);
        assert.equal((await tasksOf(world.store, STOCK)).length, 3);
        assert.equal(log.errors.length, 3);
      };
      await eventually(all, { withinMs: 20_000 });
      const listed = await events.listSubscriptions(null, 10);
      assert.equal(listed.filter((each) => each instanceof Undecodable).length, 2);
      await assert.rejects(events.getSubscription("broken"), { reason: "RECORD_UNDECODABLE" });
      assert.equal(await events.removeSubscription("broken"), true);
      await pass(world, 30_000);
      assert.equal(log.errors.length, 3, "each is logged once");
    }).timeout(60_000);

    it(`is left out of the firings that are remembered, on ${store}`, async () => {
      const world = await open();
      const { schedules } = start(world);
      await schedules.put(newDefinition());
      for (const id of ["one", "two"]) {
        await schedules.trigger("report", id);
      }
      assert.equal((await tasksOf(world.store, REPORTS)).length, 2);
      await damage(world, COLLECTIONS.firings, "report/0", () => Buffer.from("{}"));
      assert.equal((await schedules.firings("report")).length, 1);
      await schedules.trigger("report", "three");
      assert.equal((await schedules.firings("report")).length, 2);
    }).timeout(60_000);
  }
});

function eventOf(id: number): BatonEvent {
  return {
    id: `e${id}`,
    source: "/shop",
    type: "paid",
    subject: "",
    dataContentType: "",
    dataSchema: "",
    timeMs: null,
    extensions: {},
    data: Buffer.from(String(id)),
  };
}
