import assert from "node:assert/strict";
import { createEvents } from "../../server/src/automation/events/events.ts";
import type { Schedules } from "../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../server/src/automation/schedules/schedules.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { TaskId } from "../../server/src/domain/ids.ts";
import type { OverlapPolicy } from "../../server/src/domain/schedules/schedule.ts";
import type { Task, TaskSpec } from "../../server/src/domain/task.ts";
import { openRedis, type RedisStores } from "../../server/src/store/redis/open-redis-store.ts";
import { silent, submitterOn, tasksOf } from "../support/automation.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { newDefinition, REPORTS } from "../support/schedule-factory.ts";
import { newSpec } from "../support/task-factory.ts";
import { eventually } from "../support/time/eventually.ts";
import { ManualClock } from "../support/time/manual-clock.ts";

const MINUTE_MS = 60_000;
const SWEEP_MS = 500;
const PARTITIONS = 7;
const SHARDS = 3;

/** The templates' keys: with each of them a task lies elsewhere than its request id says. */
const TEMPLATES: Readonly<Record<string, Partial<TaskSpec>>> = {
  "a concurrency key": { concurrencyKey: "acme" },
  "an ordering key": { orderingKey: "acme" },
  "no key": {},
};

describe("Schedules and events on a queue of several partitions", function () {
  this.timeout(20_000);
  let server: RedisServer;
  let stores: RedisStores;
  let clock: ManualClock;
  let offsetMs = 0;
  let prefixes = 0;

  before(async () => {
    server = await startRedis();
  });
  after(() => server?.stop());
  beforeEach(async () => {
    clock = new ManualClock();
    offsetMs = 0;
    stores = await openRedis({
      url: server.url,
      prefix: `p${prefixes++}`,
      clockOffset: () => offsetMs,
      partitions: new Map([[REPORTS, PARTITIONS]]),
    });
  });
  afterEach(() => stores?.store.close());

  const parts = () => ({
    ...stores,
    dispatcher: submitterOn(stores.store),
    clock,
    log: silent,
    sweepIntervalMs: SWEEP_MS,
  });
  const scheduled = (keys: Partial<TaskSpec>, overlapPolicy: OverlapPolicy) =>
    newDefinition({
      task: newSpec({ ...keys, queue: REPORTS }),
      cadence: { kind: "fixed_rate", intervalMs: MINUTE_MS },
      shards: { kind: "static", total: SHARDS },
      overlapPolicy,
    });
  /** Lets a minute pass, and the firing that it brings be carried out. */
  const nextOutcome = async (schedules: Schedules): Promise<string | undefined> => {
    const before = (await schedules.firings("report")).length;
    offsetMs += MINUTE_MS;
    return eventually(
      async () => {
        clock.advance(SWEEP_MS);
        const firings = await schedules.firings("report");
        assert.equal(firings.length, before + 1);
        assert.equal((await schedules.get("report")).state.plan, null);
        return firings[0]?.outcome;
      },
      { withinMs: 10_000 },
    );
  };
  const found = async (ids: readonly TaskId[]): Promise<Task[]> => {
    const tasks = await stores.store.get(ids);
    return tasks.map((task) => task ?? assert.fail("a task is not found by its id"));
  };
  const tasksOfNewest = async (schedules: Schedules): Promise<Task[]> => {
    const [firing] = await schedules.firings("report");
    return found(await schedules.taskIds("report", firing ?? assert.fail()));
  };
  const running = async (work: (schedules: Schedules) => Promise<void>): Promise<void> => {
    const schedules = createSchedules(parts());
    schedules.start();
    try {
      await work(schedules);
    } finally {
      await schedules.stop();
    }
  };

  for (const [name, keys] of Object.entries(TEMPLATES)) {
    describe(`with ${name}`, () => {
      it("list the tasks of a firing by the ids that they have", () =>
        running(async (schedules) => {
          await schedules.put(scheduled(keys, "ALLOW"));
          await nextOutcome(schedules);
          const tasks = await tasksOfNewest(schedules);
          assert.deepEqual(
            tasks.map(({ spec }) => spec.shard?.index),
            [0, 1, 2],
          );
          await schedules.put(scheduled({ concurrencyKey: "another" }, "ALLOW"));
          assert.equal((await tasksOfNewest(schedules)).length, SHARDS);
        }));

      it("skip a tick while tasks of the one before are not final", () =>
        running(async (schedules) => {
          await schedules.put(scheduled(keys, "SKIP"));
          assert.equal(await nextOutcome(schedules), "SUBMITTED");
          const before = await tasksOfNewest(schedules);
          assert.equal(await nextOutcome(schedules), "SKIPPED_OVERLAP");
          await stores.store.cancel(before.map(({ id }) => ({ taskId: id, reason: "" })));
          assert.equal(await nextOutcome(schedules), "SUBMITTED");
        }));

      it("cancel the tasks that a firing replaces", () =>
        running(async (schedules) => {
          await schedules.put(scheduled(keys, "REPLACE"));
          await nextOutcome(schedules);
          const before = await tasksOfNewest(schedules);
          await nextOutcome(schedules);
          const states = (await found(before.map(({ id }) => id))).map(({ state }) => state);
          assert.deepEqual(states, Array(SHARDS).fill("CANCELLED"));
          assert.ok((await tasksOfNewest(schedules)).every(({ state }) => state === "READY"));
        }));

      it("cancel what waits with a schedule that is deleted", () =>
        running(async (schedules) => {
          await schedules.put(scheduled(keys, "ALLOW"));
          await nextOutcome(schedules);
          await schedules.remove("report", true);
          const states = (await tasksOf(stores.store, REPORTS)).map(({ state }) => state);
          assert.deepEqual(states, Array(SHARDS).fill("CANCELLED"));
        }));

      it("answer a publish, and its repeat, with the ids that the tasks have", async () => {
        const events = createEvents(parts());
        const task = newSpec({ ...keys, queue: REPORTS, payload: Buffer.alloc(0) });
        const subscription = { eventType: "paid", source: "", attributes: {}, paused: false, task };
        await events.putSubscription({ ...subscription, name: "points" });
        const event = {
          id: "1",
          source: "/orders",
          type: "paid",
          subject: "",
          dataContentType: "",
          dataSchema: "",
          timeMs: null,
          extensions: {},
          data: Buffer.from("7"),
        };
        for (const deduplicated of [false, true]) {
          const [answer] = await events.publish([event]);
          assert.ok(answer !== undefined && !(answer instanceof TaskError));
          assert.equal(answer.deduplicated, deduplicated);
          await eventually(async () => {
            const [made] = await found(answer.taskIds);
            assert.equal(String(made?.spec.payload), "7");
          });
        }
        await events.stop();
      });
    });
  }
});
