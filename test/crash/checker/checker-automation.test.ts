import assert from "node:assert/strict";
import { check } from "../support/checker/check.ts";
import type { Sometimes } from "../support/checker/sometimes.ts";
import type { CheckSettings } from "../support/checker/violation.ts";
import type { FiringSeen } from "../support/history/events.ts";
import { HistoryBuilder, START_MS, taskSeen } from "../support/history/history-builder.ts";
import { deliveryOp, firingOp } from "../support/load/automation-plan.ts";

const SECOND = 1_000;

function tickAt(n: number): number {
  return START_MS + n * SECOND;
}

function firing(n: number, overrides: Partial<FiringSeen> = {}): FiringSeen {
  const tickMs = tickAt(n);
  const taskIds = [`q~${n}`];
  return { tickMs, decidedAtMs: tickMs + 5, outcome: "SUBMITTED", taskIds, ...overrides };
}

/** A history in which automation makes tasks that a worker runs. */
class AutomationBuilder extends HistoryBuilder {
  /** A task that a worker is granted and completes, and that is read at the end. */
  made(op: string, taskId: string, submittedAtMs = START_MS, payloadHash = "body"): this {
    const token = (START_MS + 1 + this.events.length) * 1000;
    return this.add("grant", { op, taskId, token, payloadHash })
      .add("settle", { taskId, token })
      .add("settle_ack", { taskId, token })
      .add("read", { taskId, task: taskSeen({ op, taskId, submittedAtMs }) });
  }

  /** Tick number n of the schedule, made by the clock. */
  fired(n: number, lateMs = 5, taskId = `q~${n}`, shard = 0): this {
    return this.made(firingOp("s", tickAt(n), shard), taskId, tickAt(n) + lateMs);
  }

  /** What the schedule remembers at the end. */
  remembered(...firings: readonly FiringSeen[]): this {
    const quietAtMs = firings[0]?.tickMs ?? START_MS;
    return this.add("firings", { firings, quietAtMs });
  }

  /** What the event made for a subscription. */
  delivered(taskId = "q~1", subscription = "points", payloadHash = "body"): this {
    return this.made(deliveryOp(subscription, "e1"), taskId, START_MS, payloadHash);
  }
}

function history(): AutomationBuilder {
  return new AutomationBuilder().add("hello").add("welcome");
}

function brokenBy(builder: HistoryBuilder, settings: Partial<CheckSettings> = {}): string[] {
  const { violations } = check(builder.events, settings);
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

function seenBy(builder: HistoryBuilder): Sometimes {
  return check(builder.events).sometimes;
}

describe("The chaos checker of S9, one firing a tick,", () => {
  const threeTicks = () =>
    history()
      .add("schedule_put")
      .fired(0)
      .fired(1)
      .fired(2)
      .remembered(firing(2), firing(1), firing(0));

  it("accepts a schedule that fires every tick", () => {
    assert.deepEqual(brokenBy(threeTicks()), []);
  });

  it("accepts a tick after the last look that has not all of its shards", () => {
    const run = history()
      .add("schedule_put", { shards: 2 })
      .fired(0, 5, "q~a", 0)
      .fired(0, 5, "q~b", 1)
      .fired(1, 5, "q~c", 0)
      .remembered(firing(0, { taskIds: ["q~a", "q~b"] }));
    assert.deepEqual(brokenBy(run), []);
  });

  it("catches a tick that made two tasks", () => {
    assert.deepEqual(brokenBy(threeTicks().fired(1, 5, "q~again")), ["S9"]);
  });

  it("catches a tick that nobody fired", () => {
    const run = history().add("schedule_put").fired(0).fired(2).remembered(firing(2), firing(0));
    assert.deepEqual(brokenBy(run), ["S9"]);
  });

  it("catches a tick without one of its shards", () => {
    const run = history().add("schedule_put", { shards: 2 }).fired(0).remembered(firing(0));
    assert.deepEqual(brokenBy(run), ["S9"]);
  });

  it("catches a shard that there is none of", () => {
    const run = history().add("schedule_put").fired(0).fired(0, 5, "q~b", 1);
    const named = run.remembered(firing(0, { taskIds: ["q~0", "q~b"] }));
    assert.deepEqual(brokenBy(named), ["S9"]);
  });

  it("catches a firing between ticks", () => {
    assert.deepEqual(brokenBy(threeTicks().fired(1.5)), ["S9"]);
  });

  it("catches a firing before its time", () => {
    const run = history().add("schedule_put").fired(0, -10);
    const early = run.remembered(firing(0, { decidedAtMs: tickAt(0) - 10 }));
    assert.deepEqual(brokenBy(early), ["S9"]);
    assert.deepEqual(brokenBy(early, { isClockTrue: false }), []);
  });

  it("catches a task of a tick that is gone", () => {
    const lost = threeTicks().fired(3);
    lost.events.pop();
    const run = lost.add("read", { taskId: "q~3", task: null }).remembered(firing(3));
    assert.deepEqual(brokenBy(run), ["S9"]);
  });

  it("catches a task of a schedule that nobody put", () => {
    assert.deepEqual(brokenBy(history().fired(0)), ["S9"]);
  });

  it("catches a task that carries what the schedule does not", () => {
    const run = history().add("schedule_put", { payloadHash: "other" }).fired(0);
    assert.deepEqual(brokenBy(run.remembered(firing(0))), ["S9"]);
  });

  it("catches a firing that is remembered in two ways", () => {
    const changed = threeTicks().remembered(firing(2, { outcome: "SKIPPED_MISFIRE", taskIds: [] }));
    assert.deepEqual(brokenBy(changed), ["S9"]);
  });

  it("catches a tick that is said to be skipped and was not", () => {
    const run = history().add("schedule_put").fired(0);
    const skipped = firing(0, { outcome: "SKIPPED_OVERLAP", taskIds: [] });
    assert.deepEqual(brokenBy(run.remembered(skipped)), ["S9"]);
  });

  it("catches a schedule that fires no more", () => {
    const run = history().add("schedule_put").fired(0);
    const stuck = run.add("firings", { firings: [firing(0)], quietAtMs: tickAt(20) });
    assert.deepEqual(brokenBy(stuck), ["S9"]);
  });

  describe("where ticks may be missed", () => {
    const afterGap = (misfirePolicy: "FIRE_ONCE" | "SKIP", lateMs: number) =>
      history()
        .add("schedule_put", { misfirePolicy, misfireThresholdMs: SECOND })
        .fired(0)
        .fired(2, lateMs)
        .remembered(firing(2, { decidedAtMs: tickAt(2) + lateMs }), firing(0));

    it("accepts a gap before a firing that was late", () => {
      assert.deepEqual(brokenBy(afterGap("FIRE_ONCE", 1_100)), []);
      assert.deepEqual(brokenBy(afterGap("SKIP", 100)), []);
    });

    it("catches a gap although somebody came in time", () => {
      assert.deepEqual(brokenBy(afterGap("FIRE_ONCE", 900)), ["S9"]);
      assert.deepEqual(brokenBy(afterGap("SKIP", 0).fired(3)), ["S9"]);
    });

    it("accepts a gap that ends with a firing which says so", () => {
      const skipped = firing(2, {
        outcome: "SKIPPED_MISFIRE",
        decidedAtMs: tickAt(3) + 1,
        taskIds: [],
      });
      const run = history()
        .add("schedule_put", { misfirePolicy: "SKIP", misfireThresholdMs: SECOND })
        .fired(0)
        .remembered(skipped, firing(0));
      assert.deepEqual(brokenBy(run), []);
      assert.equal(seenBy(run).missedTick, 1);
    });
  });

  it("counts what another dispatcher had to finish", () => {
    const run = history().add("schedule_put").fired(0, 5_200).remembered(firing(0));
    assert.equal(seenBy(run).recoveredFiring, 1);
    assert.equal(seenBy(run).lateTick, 1);
    assert.equal(seenBy(threeTicks()).lateTick, 0);
  });
});

describe("The chaos checker of G12, one task a subscription,", () => {
  const published = () => history().add("publish").add("published");

  it("accepts an event that makes its task", () => {
    assert.deepEqual(brokenBy(published().delivered()), []);
  });

  it("accepts an event without an answer that makes none", () => {
    const lost = history().add("publish").add("published", { outcome: "info", taskIds: [] });
    assert.deepEqual(brokenBy(lost), []);
  });

  it("accepts a repeat that is answered with the first one's task", () => {
    const repeat = published().delivered().add("publish").add("published", {
      isDeduplicated: true,
    });
    assert.deepEqual(brokenBy(repeat), []);
    assert.equal(seenBy(repeat).repeatedEvent, 1);
  });

  it("catches an answered event without its task", () => {
    assert.deepEqual(brokenBy(published()), ["G12"]);
  });

  it("catches an answered event whose task is gone", () => {
    assert.deepEqual(brokenBy(published().add("read", { taskId: "q~1" })), ["G12"]);
  });

  it("asks for nothing that a failover may forget", () => {
    assert.deepEqual(brokenBy(published(), { mayForget: [{ fromMs: 0, toMs: 100 }] }), []);
  });

  it("catches an event that makes two tasks for a subscription", () => {
    assert.deepEqual(brokenBy(published().delivered().delivered("q~2")), ["G12"]);
  });

  it("catches two tasks of an event that nobody was answered for", () => {
    const run = history().add("publish").delivered().delivered("q~2");
    assert.deepEqual(brokenBy(run), ["G12"]);
  });

  it("catches a task for a subscription that does not want the event", () => {
    assert.deepEqual(brokenBy(published().delivered().delivered("q~2", "stock")), ["G12"]);
  });

  it("catches a task of an event that nobody published", () => {
    assert.deepEqual(brokenBy(history().delivered()), ["G12"]);
  });

  it("catches an answer that names other tasks than there are", () => {
    const run = history()
      .add("publish")
      .add("published", { taskIds: ["q~2"] });
    assert.deepEqual(brokenBy(run.delivered()), ["G12"]);
  });

  it("catches a repeat that is taken for a new event", () => {
    const repeat = published().delivered().add("publish").add("published");
    assert.deepEqual(brokenBy(repeat), ["G12"]);
  });

  it("catches another event that is taken under the same id", () => {
    const conflict = published()
      .delivered()
      .add("publish", { isConflict: true, payloadHash: "other" })
      .add("published", { isConflict: true, isDeduplicated: true });
    assert.deepEqual(brokenBy(conflict), ["G12"]);
  });

  it("catches a true repeat that is refused", () => {
    const refused = published()
      .delivered()
      .add("publish")
      .add("published", { outcome: "fail", reason: "EVENT_ID_REUSED", taskIds: [] });
    assert.deepEqual(brokenBy(refused), ["G12"]);
  });

  it("catches a task that carries what was not published", () => {
    assert.deepEqual(brokenBy(published().delivered("q~1", "points", "other")), ["G12"]);
  });

  it("counts an event that a sweep delivered", () => {
    const late = published().made(deliveryOp("points", "e1"), "q~1", START_MS + 5_200);
    assert.deepEqual(brokenBy(late), []);
    assert.equal(seenBy(late).sweptEvent, 1);
    assert.equal(seenBy(published().delivered()).sweptEvent, 0);
  });
});
