import assert from "node:assert/strict";
import type { Schedules } from "../../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../../server/src/automation/schedules/schedules.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { QueueName, TaskId } from "../../../server/src/domain/ids.ts";
import type {
  ScheduleDefinition,
  ScheduleState,
} from "../../../server/src/domain/schedules/schedule.ts";
import { encodeSchedule } from "../../../server/src/domain/schedules/schedule-codec.ts";
import { isReadable } from "../../../server/src/domain/undecodable.ts";
import { COLLECTIONS } from "../../../server/src/store/documents.ts";
import { openWorld, processOf, tasksOf, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newDefinition, REPORTS } from "../../support/schedule-factory.ts";
import { newSpec } from "../../support/task-factory.ts";
import { settled } from "../../support/time/settled.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe("Schedules", () => {
  let world: World;
  let running: Schedules[] = [];

  beforeEach(() => {
    world = openWorld();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((schedules) => schedules.stop()));
    assert.equal(world?.clock.pendingTimers ?? 0, 0);
    await world?.store.close();
  });

  const open = (life = new Life()): Schedules => createSchedules(processOf(world, life));
  const start = (life = new Life()): Schedules => {
    const schedules = open(life);
    schedules.start();
    running.push(schedules);
    return schedules;
  };
  const advance = async (ms: number, stepMs = 250): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      world.clock.advance(stepMs);
      await settled();
    }
  };
  const reason = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return "nothing";
    } catch (error) {
      return error instanceof TaskError ? error.reason : String(error);
    }
  };

  it("fires a schedule at its ticks, once each, and remembers it", async () => {
    const schedules = start();
    const { created } = await schedules.put(newDefinition({ overlapPolicy: "ALLOW" }));
    assert.equal(created, true);
    await advance(3 * MINUTE + SECOND);
    const tasks = await tasksOf(world.store, REPORTS);
    assert.equal(tasks.length, 3);
    assert.ok(tasks.every(({ spec }) => spec.labels["baton.schedule"] === "report"));
    const firings = await schedules.firings("report");
    assert.deepEqual(
      firings.map(({ outcome, tasks: count }) => [outcome, count]),
      [
        ["SUBMITTED", 1],
        ["SUBMITTED", 1],
        ["SUBMITTED", 1],
      ],
    );
    assert.ok(firings.every(({ decidedAtMs, fireAtMs }) => decidedAtMs - fireAtMs < 500));
  });

  it("fires each tick once although three dispatchers sweep", async () => {
    const [schedules] = [start(), start(), start()];
    for (let index = 0; index < 30; index++) {
      await schedules?.put(newDefinition({ name: `s${index}`, overlapPolicy: "ALLOW" }));
    }
    await advance(2 * MINUTE + SECOND);
    assert.equal((await tasksOf(world.store, REPORTS)).length, 60);
  });

  it("fires others although one cannot be decided about", async () => {
    const schedules = start();
    await schedules.put(newDefinition({ name: "whole" }));
    const cadence = { kind: "cron", expression: "* * * * *", timeZone: "Mars/Olympus" } as const;
    const { definition, state } = await schedules.get("whole");
    const broken = { definition: { ...definition, name: "broken", cadence }, state };
    const due = { kind: "at", atMs: state.nextTickMs ?? 0 } as const;
    const body = encodeSchedule(broken);
    await world.documents.put(COLLECTIONS.schedules, [
      { name: "broken", body, due, expectedVersion: 0 },
    ]);
    await advance(MINUTE + SECOND);
    assert.equal((await schedules.firings("whole")).length, 1);
    assert.equal((await schedules.firings("broken")).length, 0);
  });

  it("skips a tick while the task of the one before is not final", async () => {
    const schedules = start();
    await schedules.put(newDefinition());
    await advance(2 * MINUTE + SECOND);
    const [task] = await tasksOf(world.store, REPORTS);
    assert.ok(task !== undefined);
    await world.store.cancel([{ taskId: task.id, reason: "" }]);
    await advance(MINUTE);
    assert.deepEqual(
      (await schedules.firings("report")).map(({ outcome }) => outcome),
      ["SUBMITTED", "SKIPPED_OVERLAP", "SUBMITTED"],
    );
  });

  it("cancels the task of the firing before where it replaces", async () => {
    const schedules = start();
    await schedules.put(newDefinition({ overlapPolicy: "REPLACE" }));
    await advance(2 * MINUTE + SECOND);
    const states = (await tasksOf(world.store, REPORTS)).map(({ state }) => state);
    assert.deepEqual(states, ["READY", "CANCELLED"]);
  });

  it("counts a fixed delay from the end of the task", async () => {
    const schedules = start();
    await schedules.put(newDefinition({ cadence: { kind: "fixed_delay", delayMs: 10 * SECOND } }));
    await advance(30 * SECOND);
    const [first] = await tasksOf(world.store, REPORTS);
    assert.ok(first !== undefined);
    const endedAtMs = world.clock.nowMs();
    await world.store.cancel([{ taskId: first.id, reason: "" }]);
    await advance(12 * SECOND);
    const [firing] = await schedules.firings("report");
    assert.equal(firing?.fireAtMs, endedAtMs + 10 * SECOND);
  });

  it("returns the first firing for a trigger that is repeated", async () => {
    const schedules = start();
    await schedules.put(newDefinition());
    const first = await schedules.trigger("report", "again");
    const second = await schedules.trigger("report", "again");
    assert.deepEqual([first.outcome, first.tasks], ["SUBMITTED", 1]);
    assert.deepEqual(second, first);
    assert.equal((await tasksOf(world.store, REPORTS)).length, 1);
  });

  it("keeps its ticks when it is put again, and what it does changes", async () => {
    const schedules = start();
    await schedules.put(newDefinition({ overlapPolicy: "ALLOW" }));
    await advance(30 * SECOND);
    const task = newSpec({ queue: REPORTS, payload: Buffer.from("other") });
    const { created, schedule } = await schedules.put(
      newDefinition({ task, overlapPolicy: "ALLOW" }),
    );
    assert.equal(created, false);
    assert.equal(schedule.state.nextTickMs, world.clock.nowMs() + 30 * SECOND);
    await advance(31 * SECOND);
    const [only] = await tasksOf(world.store, REPORTS);
    assert.equal(Buffer.from(only?.spec.payload ?? []).toString(), "other");
  });

  it("stops at a pause and goes on from the next tick", async () => {
    const schedules = start();
    await schedules.put(newDefinition({ overlapPolicy: "ALLOW" }));
    assert.equal((await schedules.setPaused("report", true)).state.pausedAtMs !== null, true);
    await advance(5 * MINUTE);
    assert.equal((await schedules.setPaused("report", false)).state.pausedAtMs !== null, false);
    await advance(MINUTE);
    assert.equal((await schedules.firings("report")).length, 1);
  });

  it("stays paused when it is put again, also with another cadence", async () => {
    const schedules = start();
    await schedules.put(newDefinition());
    await schedules.setPaused("report", true);
    const cadence = { kind: "fixed_rate", intervalMs: 2 * MINUTE } as const;
    for (const definition of [newDefinition(), newDefinition({ cadence })]) {
      const { schedule } = await schedules.put(definition);
      assert.notEqual(schedule.state.pausedAtMs, null);
    }
    await advance(5 * MINUTE);
    assert.deepEqual(await schedules.firings("report"), []);
  });

  it("leaves nothing behind of what is removed, and cancels what waits where it is asked to", async () => {
    const schedules = start();
    await schedules.put(newDefinition());
    await advance(MINUTE + SECOND);
    assert.equal(await schedules.remove("report", true), true);
    assert.equal(await schedules.remove("report", true), false);
    assert.equal(await reason(schedules.get("report")), "SCHEDULE_NOT_FOUND");
    const [task] = await tasksOf(world.store, REPORTS);
    assert.equal(task?.state, "CANCELLED");
    await schedules.put(newDefinition());
    assert.deepEqual(await schedules.firings("report"), []);
  });

  it("cancels all that waits where it is removed, in each queue it had, whichever call its dispatcher dies in", async function () {
    this.timeout(60_000);
    const everySecond = { kind: "cron", expression: "* * * * * *", timeZone: "UTC" } as const;
    const often = { cadence: everySecond, overlapPolicy: "ALLOW" } as const;
    const former = "former" as QueueName;
    for (let lastCall = 1; ; lastCall++) {
      await world.store.close();
      world = openWorld();
      const schedules = start();
      const task = newSpec({ queue: former });
      await schedules.put(newDefinition({ ...often, task }));
      await advance(5 * SECOND);
      await schedules.put(newDefinition(often));
      await advance(130 * SECOND, SECOND);
      const life = new Life(lastCall, false);
      const isRemoved = await open(life)
        .remove("report", true)
        .catch(() => false);
      await advance(3 * SECOND, SECOND);
      if (!isRemoved) {
        await schedules.remove("report", true);
      }
      await schedules.stop();
      running = [];
      const states = [former, REPORTS].map(async (queue) =>
        (await tasksOf(world.store, queue)).map(({ state }) => state),
      );
      const [inFormer = [], inReports = []] = await Promise.all(states);
      assert.ok(inFormer.length >= 5 && inReports.length >= 129, `call ${lastCall}`);
      assert.deepEqual(new Set([...inFormer, ...inReports]), new Set(["CANCELLED"]));
      if (isRemoved) {
        break;
      }
    }
  });

  it("drops what waits where the cadence changes, and says so, but not where only the task does", async () => {
    const schedules = start();
    const queued = { overlapPolicy: "QUEUE" } as const;
    await schedules.put(newDefinition(queued));
    await advance(4 * MINUTE + SECOND);
    const task = newSpec({ queue: REPORTS, payload: Buffer.from("other") });
    const kept = await schedules.put(newDefinition({ ...queued, task }));
    assert.equal(kept.schedule.state.waiting.length, 3);
    const cadence = { kind: "cron", expression: "30 * * * *", timeZone: "UTC" } as const;
    const changed = await schedules.put(newDefinition({ ...queued, task, cadence }));
    assert.equal(changed.schedule.state.waiting.length, 0);
    const [first] = await tasksOf(world.store, REPORTS);
    await world.store.cancel([{ taskId: first?.id ?? ("" as TaskId), reason: "" }]);
    await advance(5 * MINUTE);
    assert.equal((await tasksOf(world.store, REPORTS)).length, 1);
    const outcomes = (await schedules.firings("report")).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ["SKIPPED_REDEFINED", "SUBMITTED"]);
  });

  it("may be given another queue while a fixed delay has no next tick", async () => {
    const schedules = start();
    const cadence = { kind: "fixed_delay", delayMs: 10 * SECOND } as const;
    await schedules.put(newDefinition({ cadence }));
    await advance(15 * SECOND);
    const task = newSpec({ queue: "elsewhere" as QueueName });
    const { schedule } = await schedules.put(newDefinition({ cadence, task }));
    assert.equal(schedule.state.nextTickMs, null);
  });

  it("is another schedule where the name was removed and made again", async () => {
    const schedules = start();
    await schedules.put(newDefinition({ overlapPolicy: "ALLOW" }));
    const first = await schedules.trigger("report", "used");
    await schedules.remove("report", true);
    await schedules.put(newDefinition({ overlapPolicy: "ALLOW" }));
    const second = await schedules.trigger("report", "used");
    assert.deepEqual(await schedules.trigger("report", "used"), second);
    assert.notEqual(second.key, first.key);
    const states = (await tasksOf(world.store, REPORTS)).map(({ state }) => state);
    assert.deepEqual(states.sort(), ["CANCELLED", "READY"]);
  });

  it("does not take firings for its own that a removal left half way", async () => {
    const schedules = open();
    await schedules.put(newDefinition());
    await schedules.trigger("report", "used");
    const [known] = await world.documents.get(COLLECTIONS.schedules, ["report"]);
    const expectedVersion = known?.version ?? 0;
    await world.documents.remove(COLLECTIONS.schedules, [{ name: "report", expectedVersion }]);
    await schedules.put(newDefinition());
    assert.deepEqual(await schedules.firings("report"), []);
    assert.equal((await schedules.trigger("report", "used")).sequence, 0);
    assert.equal((await tasksOf(world.store, REPORTS)).length, 2);
  });

  it("reads a schedule that was stored before there were generations", async () => {
    const schedules = open();
    const { schedule } = await schedules.put(newDefinition());
    const { generation: _, formerQueues: __, ...state } = schedule.state;
    const body = encodeSchedule({ ...schedule, state: state as ScheduleState });
    const put = { name: "report", body, due: null, expectedVersion: null };
    await world.documents.put(COLLECTIONS.schedules, [put]);
    const firing = await schedules.trigger("report", "again");
    assert.equal(firing.key, "m0/again");
    assert.deepEqual(await schedules.firings("report"), [firing]);
  });

  it("refuses a schedule that would never fire", async () => {
    const schedules = open();
    const never = { kind: "cron", expression: "0 0 30 2 *", timeZone: "UTC" } as const;
    assert.equal(await reason(schedules.put(newDefinition({ cadence: never }))), "INVALID_FIELD");
    const endAtMs = world.clock.nowMs() - 1;
    assert.equal(await reason(schedules.put(newDefinition({ endAtMs }))), "INVALID_FIELD");
  });

  it("lists by name and knows no other names", async () => {
    const schedules = open();
    for (const name of ["c", "a", "b"]) {
      await schedules.put(newDefinition({ name }));
    }
    const namesOf = async (after: string | null): Promise<string[]> =>
      (await schedules.list(after, 2)).filter(isReadable).map(({ definition }) => definition.name);
    assert.deepEqual(await namesOf(null), ["a", "b"]);
    assert.deepEqual(await namesOf("b"), ["c"]);
    const reasons = await Promise.all([
      reason(schedules.get("x")),
      reason(schedules.setPaused("x", true)),
      reason(schedules.trigger("x", "1")),
      reason(schedules.firings("x")),
    ]);
    assert.deepEqual(new Set(reasons), new Set(["SCHEDULE_NOT_FOUND"]));
  });

  for (const [what, overrides] of [
    ["in three shards", { shards: { kind: "static", total: 3 } }],
    ["with jitter", { jitterMs: 10 * SECOND }],
    ["that replaces", { overlapPolicy: "REPLACE" }],
  ] as const satisfies readonly (readonly [string, Partial<ScheduleDefinition>])[]) {
    it(`fires ${what} exactly once whichever call its dispatcher dies in`, async function () {
      this.timeout(30_000);
      const shards = "shards" in overrides ? overrides.shards.total : 1;
      for (const isLastDone of [false, true]) {
        for (let lastCall = 1; ; lastCall++) {
          await world.store.close();
          world = openWorld();
          const definition = newDefinition({ overlapPolicy: "ALLOW", ...overrides });
          await open().put(definition);
          const life = new Life(lastCall, isLastDone);
          const doomed = start(life);
          await advance(2 * MINUTE + SECOND, 500);
          const isOver = life.isOver;
          await doomed.stop();
          const survivor = start();
          await advance(10 * SECOND, 500);
          const ticks = (await survivor.firings("report")).map(({ fireAtMs }) => fireAtMs);
          const tasks = await tasksOf(world.store, REPORTS);
          const fired = tasks.map(({ spec }) => spec.requestId);
          assert.equal(new Set(ticks).size, ticks.length, `call ${lastCall}`);
          assert.equal(fired.length, ticks.length * shards, `call ${lastCall}`);
          assert.ok(ticks.length === 2 || ticks.length === 1, `call ${lastCall}`);
          await survivor.stop();
          running = [];
          if (!isOver) {
            break;
          }
          lastCall += lastCall > 40 ? 25 : 0;
        }
      }
    });
  }
});
