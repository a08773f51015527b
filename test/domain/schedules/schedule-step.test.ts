import assert from "node:assert/strict";
import fc from "fast-check";
import type { SessionId } from "../../../server/src/domain/ids.ts";
import { tasksOfFiring } from "../../../server/src/domain/schedules/firing-tasks.ts";
import type {
  Firing,
  Schedule,
  ScheduleDefinition,
} from "../../../server/src/domain/schedules/schedule.ts";
import {
  paused,
  redefined,
  resumed,
  triggered,
} from "../../../server/src/domain/schedules/schedule-changes.ts";
import {
  decide,
  finishPlan,
  type ScheduleFacts,
  wakeAtMs,
} from "../../../server/src/domain/schedules/schedule-step.ts";
import { newDefinition, newSchedule, REPORTS } from "../../support/schedule-factory.ts";
import { newSpec } from "../../support/task-factory.ts";

const T0 = Date.UTC(2026, 0, 1);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function facts(nowMs: number, overrides: Partial<ScheduleFacts> = {}): ScheduleFacts {
  return { nowMs, isRunning: false, finishedAtMs: null, sessions: [], ...overrides };
}

/** Decides and carries out until there is nothing left to do; returns what was fired and the schedule. */
function run(
  schedule: Schedule,
  world: ScheduleFacts,
  steps = 2_000,
): { fired: Firing[]; schedule: Schedule } {
  const fired: Firing[] = [];
  let current = schedule;
  for (let step = 0; step < steps; step++) {
    const state = decide(current, world);
    current = { ...current, state };
    if (state.plan === null) {
      return { fired, schedule: current };
    }
    fired.push(state.plan.firing);
    current = { ...current, state: finishPlan(current, world.nowMs) };
  }
  return { fired, schedule: current };
}

function minutesOf(fired: readonly Firing[]): number[] {
  return fired.map(({ fireAtMs }) => (fireAtMs - T0) / MINUTE);
}

const allow = { overlapPolicy: "ALLOW" } as const;

describe("A schedule's step", () => {
  it("does nothing before the tick and fires once at it", () => {
    const schedule = newSchedule({}, T0);
    assert.equal(wakeAtMs(schedule, T0), T0 + MINUTE);
    assert.deepEqual(run(schedule, facts(T0 + MINUTE - 1)).fired, []);
    const after = run(schedule, facts(T0 + MINUTE));
    assert.deepEqual(minutesOf(after.fired), [1]);
    assert.equal(after.fired[0]?.outcome, "SUBMITTED");
    assert.equal(wakeAtMs(after.schedule, T0 + MINUTE), T0 + 2 * MINUTE);
    assert.deepEqual(run(after.schedule, facts(T0 + MINUTE)).fired, []);
  });

  it("makes the same tasks of the same firing, however often it is carried out", () => {
    const shards = { kind: "static", total: 3 } as const;
    const schedule = newSchedule({ shards, jitterMs: 5_000 }, T0);
    const [firing] = run(schedule, facts(T0 + MINUTE)).fired;
    assert.ok(firing !== undefined);
    const tasks = [...tasksOfFiring(schedule.definition, firing)];
    assert.deepEqual([...tasksOfFiring(schedule.definition, { ...firing, decidedAtMs: 1 })], tasks);
    assert.deepEqual(
      tasks.map(({ shard }) => [shard?.index, shard?.total]),
      [
        [0, 3],
        [1, 3],
        [2, 3],
      ],
    );
    assert.equal(new Set(tasks.map(({ requestId }) => requestId)).size, 3);
    for (const { due } of tasks) {
      assert.ok(due.kind === "at" && due.atMs >= T0 + MINUTE && due.atMs <= T0 + MINUTE + 5_000);
    }
  });

  it("makes tasks that begin a trace of their own, whatever the template's headers name", () => {
    const headers = { b3: "0", "uber-trace-id": "1:2:0:1", traceparent: "x", tenant: "ada" };
    const schedule = newSchedule({ task: newSpec({ queue: REPORTS, headers }) }, T0);
    const [firing] = run(schedule, facts(T0 + MINUTE)).fired;
    const [task] = tasksOfFiring(schedule.definition, firing ?? assert.fail());
    assert.deepEqual(Object.keys(task?.headers ?? {}), ["tenant", "baton-fire-time"]);
  });

  it("counts a fixed rate from the start time, or from an interval after the creation", () => {
    const cadence = { kind: "fixed_rate", intervalMs: MINUTE } as const;
    assert.equal(newSchedule({ cadence }, T0).state.nextTickMs, T0 + MINUTE);
    const startAtMs = T0 + 5 * SECOND;
    const started = newSchedule({ cadence, startAtMs }, T0);
    assert.equal(started.state.nextTickMs, startAtMs);
    const { schedule } = run(started, facts(startAtMs + SECOND));
    assert.equal(schedule.state.nextTickMs, startAtMs + MINUTE);
  });

  it("fires at no tick before its start or after its end, and at those", () => {
    const startAtMs = T0 + 3 * MINUTE;
    const endAtMs = T0 + 5 * MINUTE;
    let schedule = newSchedule({ startAtMs, endAtMs, ...allow }, T0);
    const fired: Firing[] = [];
    for (let minute = 0; minute < 10; minute++) {
      const step = run(schedule, facts(T0 + minute * MINUTE));
      fired.push(...step.fired);
      schedule = step.schedule;
    }
    assert.deepEqual(minutesOf(fired), [3, 4, 5]);
    assert.equal(wakeAtMs(schedule, T0 + 10 * MINUTE), null);
  });

  it("has no first tick where it would never fire", () => {
    assert.equal(newSchedule({ endAtMs: T0 + SECOND }, T0).state.nextTickMs, null);
    const cadence = { kind: "fixed_delay", delayMs: MINUTE } as const;
    assert.equal(newSchedule({ cadence, endAtMs: T0 + SECOND }, T0).state.nextTickMs, null);
  });

  describe("after missed ticks", () => {
    const late = T0 + 60 * MINUTE + 30 * SECOND;

    it("fires the newest of them once by default, and the ticks within the threshold", () => {
      const { fired, schedule } = run(newSchedule(allow, T0), facts(late));
      assert.deepEqual(minutesOf(fired), [59, 60]);
      assert.equal(schedule.state.nextTickMs, T0 + 61 * MINUTE);
    });

    it("fires none of them where it skips, and says so once", () => {
      const { fired } = run(newSchedule({ misfirePolicy: "SKIP", ...allow }, T0), facts(late));
      assert.deepEqual(
        fired.map(({ outcome, fireAtMs }) => [outcome, (fireAtMs - T0) / MINUTE]),
        [
          ["SKIPPED_MISFIRE", 59],
          ["SUBMITTED", 60],
        ],
      );
    });

    it("fires the newest up to the limit where it catches up, oldest first", () => {
      const policy = { misfirePolicy: "CATCH_UP", catchUpLimit: 4, ...allow } as const;
      const { fired } = run(newSchedule(policy, T0), facts(late));
      assert.deepEqual(minutesOf(fired), [56, 57, 58, 59, 60]);
    });

    it("does not go through a year of seconds to find them", () => {
      const cadence = { kind: "cron", expression: "* * * * * *", timeZone: "UTC" } as const;
      const nowMs = T0 + 365 * 1_440 * MINUTE;
      const { fired } = run(newSchedule({ cadence, misfireThresholdMs: SECOND, ...allow }, T0), {
        ...facts(nowMs),
      });
      assert.deepEqual(
        fired.map(({ fireAtMs }) => nowMs - fireAtMs),
        [2_000, 1_000, 0],
      );
    });
  });

  describe("while tasks of the firing before run", () => {
    const running = (nowMs: number): ScheduleFacts => facts(nowMs, { isRunning: true });
    const fire = (overrides: Partial<ScheduleDefinition>): Schedule =>
      run(newSchedule(overrides, T0), facts(T0 + MINUTE), 1).schedule;

    it("skips the tick by default", () => {
      const { fired } = run(fire({}), running(T0 + 2 * MINUTE));
      assert.deepEqual(
        fired.map(({ outcome, tasks }) => [outcome, tasks]),
        [["SKIPPED_OVERLAP", 0]],
      );
    });

    it("lets the tick wait where it queues, and fires it once they are final", () => {
      const second = run(fire({ overlapPolicy: "QUEUE" }), running(T0 + 2 * MINUTE));
      const third = run(second.schedule, running(T0 + 3 * MINUTE));
      assert.deepEqual([...second.fired, ...third.fired], []);
      const freed = run(third.schedule, facts(T0 + 3 * MINUTE + SECOND), 1);
      assert.deepEqual(minutesOf(freed.fired), [2]);
      assert.deepEqual(minutesOf(run(freed.schedule, running(T0 + 3 * MINUTE + SECOND)).fired), []);
      assert.deepEqual(minutesOf(run(freed.schedule, facts(T0 + 4 * MINUTE)).fired), [3, 4]);
    });

    it("cancels them where it replaces", () => {
      const schedule = fire({ overlapPolicy: "REPLACE" });
      const state = decide(schedule, running(T0 + 2 * MINUTE));
      assert.deepEqual(
        state.plan?.replaces.map(({ key }) => key),
        [`t${T0 + MINUTE}`],
      );
      const after = finishPlan({ ...schedule, state }, T0 + 2 * MINUTE);
      assert.deepEqual(minutesOf(after.active), [2]);
    });

    it("fires all the same where it allows that", () => {
      assert.deepEqual(minutesOf(run(fire(allow), running(T0 + 2 * MINUTE)).fired), [2]);
    });

    it("waits for their end where the delay is fixed, and counts from it", () => {
      const cadence = { kind: "fixed_delay", delayMs: 10 * SECOND } as const;
      const schedule = run(newSchedule({ cadence }, T0), facts(T0 + 10 * SECOND), 1).schedule;
      assert.equal(schedule.state.nextTickMs, null);
      const still = run(schedule, running(T0 + MINUTE));
      assert.deepEqual(still.fired, []);
      assert.equal(wakeAtMs(still.schedule, T0 + MINUTE), T0 + MINUTE + 500);
      const ended = facts(T0 + MINUTE + 600, { finishedAtMs: T0 + MINUTE + 100 });
      const after = run(still.schedule, ended);
      assert.equal(after.schedule.state.nextTickMs, T0 + MINUTE + 10 * SECOND + 100);
    });
  });

  describe("of a broadcast", () => {
    const shards = { kind: "broadcast" } as const;

    it("makes one task for every session, which only that one may lease", () => {
      const schedule = newSchedule({ shards }, T0);
      const sessions = ["a", "b"] as SessionId[];
      const [firing] = run(schedule, facts(T0 + MINUTE, { sessions })).fired;
      assert.ok(firing !== undefined);
      assert.deepEqual(
        [...tasksOfFiring(schedule.definition, firing)].map(({ shard }) => shard),
        [
          { index: 0, total: 2, sessionId: "a" },
          { index: 1, total: 2, sessionId: "b" },
        ],
      );
    });

    it("says that there was no worker where there was none", () => {
      const { fired } = run(newSchedule({ shards }, T0), facts(T0 + MINUTE));
      assert.deepEqual(
        fired.map(({ outcome }) => outcome),
        ["SKIPPED_NO_WORKER"],
      );
    });

    it("goes on with a fixed delay although there was no worker", () => {
      const cadence = { kind: "fixed_delay", delayMs: MINUTE } as const;
      const { schedule } = run(newSchedule({ shards, cadence }, T0), facts(T0 + MINUTE));
      assert.equal(schedule.state.nextTickMs, T0 + 2 * MINUTE);
    });
  });

  it("does not fire while it is paused, nor make up for it", () => {
    const schedule = newSchedule({}, T0);
    const stopped = { ...schedule, state: paused(schedule.state, T0) };
    assert.equal(wakeAtMs(stopped, T0), null);
    assert.deepEqual(run(stopped, facts(T0 + 5 * MINUTE)).fired, []);
    const again = { ...stopped, state: resumed(stopped, T0 + 5 * MINUTE + SECOND) };
    assert.equal(again.state.nextTickMs, T0 + 6 * MINUTE);
  });

  it("fires what was due when it was paused, however late that is decided, and no later tick", () => {
    const policies = fc.constantFrom("ALLOW", "QUEUE", "REPLACE" as const);
    const times = fc.record({
      decidedMs: fc.integer({ min: 0, max: 10 * MINUTE }),
      pausedMs: fc.integer({ min: 0, max: 10 * MINUTE }),
      lateMs: fc.integer({ min: 0, max: 20 * MINUTE }),
      isResumedFirst: fc.boolean(),
    });
    fc.assert(
      fc.property(policies, times, (overlapPolicy, { decidedMs, pausedMs, lateMs, ...rest }) => {
        const misfireThresholdMs = 60 * MINUTE;
        const fresh = newSchedule({ overlapPolicy, misfireThresholdMs }, T0);
        const decidedAtMs = T0 + Math.min(decidedMs, pausedMs);
        const before = run(fresh, facts(decidedAtMs));
        const pausedAtMs = T0 + pausedMs;
        const state = paused(before.schedule.state, pausedAtMs);
        const stopped = { ...before.schedule, state };
        const looksAt = wakeAtMs(stopped, pausedAtMs);
        const lookedAtMs = pausedAtMs + lateMs;
        const owing = rest.isResumedFirst
          ? { ...stopped, state: resumed(stopped, lookedAtMs) }
          : stopped;
        const after = run(owing, facts(lookedAtMs));
        const fired = minutesOf([...before.fired, ...after.fired]);
        const due = Array.from({ length: Math.floor(pausedMs / MINUTE) }, (_, n) => n + 1);
        assert.deepEqual(fired, due);
        assert.equal(
          looksAt !== null,
          after.fired.length > 0,
          "somebody looks where some are owed",
        );
      }),
    );
  });

  it("treats ticks that it owes at a pause as its misfire policy says", () => {
    const owing = (misfirePolicy: "SKIP" | "FIRE_ONCE" | "CATCH_UP") => {
      const schedule = newSchedule({ ...allow, misfirePolicy, catchUpLimit: 2 }, T0);
      const state = paused(schedule.state, T0 + 5 * MINUTE);
      return run({ ...schedule, state }, facts(T0 + 9 * MINUTE)).fired;
    };
    assert.deepEqual(minutesOf(owing("FIRE_ONCE")), [5]);
    assert.deepEqual(minutesOf(owing("CATCH_UP")), [4, 5]);
    assert.deepEqual(
      owing("SKIP").map(({ outcome }) => outcome),
      ["SKIPPED_MISFIRE"],
    );
  });

  it("carries out the plan that it had when it was resumed", () => {
    const schedule = newSchedule({ ...allow, misfirePolicy: "SKIP" }, T0);
    const planned = { ...schedule, state: decide(schedule, facts(T0 + MINUTE)) };
    assert.ok(planned.state.plan !== null);
    const stopped = { ...planned, state: paused(planned.state, T0 + 3 * MINUTE) };
    const again = resumed(stopped, T0 + 9 * MINUTE);
    assert.deepEqual(again.plan, planned.state.plan);
    assert.equal(again.nextTickMs, T0 + 10 * MINUTE);
  });

  it("fires a trigger at once, beside the ticks, also while it is paused", () => {
    const schedule = newSchedule({}, T0);
    const state = triggered(paused(schedule.state, T0), "x", T0 + SECOND);
    assert.ok(state !== null);
    const { fired } = run({ ...schedule, state }, facts(T0 + SECOND));
    assert.deepEqual(
      fired.map(({ key, triggerId, outcome }) => [key, triggerId, outcome]),
      [["m0/x", "x", "SUBMITTED"]],
    );
  });

  it("keeps a tick that is due when only the task changes, and begins anew with another cadence", () => {
    const schedule = newSchedule({}, T0);
    const late = T0 + MINUTE + 100;
    assert.equal(redefined(schedule, newDefinition({ jitterMs: 5 }), late).nextTickMs, T0 + MINUTE);
    const cadence = { kind: "cron", expression: "*/5 * * * *", timeZone: "UTC" } as const;
    assert.equal(redefined(schedule, newDefinition({ cadence }), late).nextTickMs, T0 + 5 * MINUTE);
  });

  it("fires every tick exactly once whenever it is looked at, through jumps of the clock", () => {
    const cadence = { kind: "cron", expression: "*/10 * * * * *", timeZone: "UTC" } as const;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -120, max: 50 }), { maxLength: 60 }), (jumps) => {
        let schedule = newSchedule({ cadence, ...allow }, T0);
        let nowMs = T0;
        let newestMs = T0;
        const fired: number[] = [];
        for (const seconds of jumps) {
          nowMs += seconds * SECOND;
          newestMs = Math.max(newestMs, nowMs);
          const step = run(schedule, facts(nowMs));
          schedule = step.schedule;
          fired.push(...step.fired.map(({ fireAtMs }) => fireAtMs));
        }
        const expected: number[] = [];
        for (let at = T0 + 10 * SECOND; at <= newestMs; at += 10 * SECOND) {
          expected.push(at);
        }
        assert.deepEqual(fired, expected);
      }),
    );
  });
});
