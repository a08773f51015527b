import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import { ManualClock } from "../support/time/manual-clock.ts";

describe("The machine's clock", () => {
  it("tells the time of day in milliseconds and never goes back", () => {
    assert.ok(Math.abs(systemClock.nowMs() - Date.now()) < 1_000);
    const earlier = systemClock.monotonicMs();
    assert.ok(systemClock.monotonicMs() >= earlier);
  });

  it("fires a timer once, and not when it was called off", async () => {
    const fired: string[] = [];
    systemClock.after(0, () => fired.push("called off")).cancel();
    await new Promise<void>((resolve) => {
      const timer = systemClock.after(1, () => {
        fired.push("fired");
        timer.cancel();
        resolve();
      });
    });
    assert.deepEqual(fired, ["fired"]);
  });
});

describe("The tests' clock", () => {
  it("stands still until it is moved", () => {
    const clock = new ManualClock(1_000);
    assert.deepEqual([clock.nowMs(), clock.monotonicMs()], [1_000, 0]);
    clock.advance(250);
    assert.deepEqual([clock.nowMs(), clock.monotonicMs()], [1_250, 250]);
  });

  it("fires what is due in order, each at its own time, and what those set up as well", () => {
    const clock = new ManualClock(0);
    const fired: (readonly [string, number])[] = [];
    const note = (what: string) => fired.push([what, clock.nowMs()]);
    clock.after(30, () => note("third"));
    clock.after(10, () => {
      note("first");
      clock.after(5, () => note("second"));
      clock.after(1_000, () => note("never"));
    });
    clock.after(20, () => note("called off")).cancel();
    clock.advance(100);
    assert.deepEqual(fired, [
      ["first", 10],
      ["second", 15],
      ["third", 30],
    ]);
    assert.deepEqual([clock.nowMs(), clock.pendingTimers], [100, 1]);
  });

  it("jumps like a time of day that was set, and timers do not notice", () => {
    const clock = new ManualClock(1_000);
    let isFired = false;
    clock.after(500, () => {
      isFired = true;
    });
    clock.jump(-600);
    assert.deepEqual([clock.nowMs(), clock.monotonicMs()], [400, 0]);
    clock.jump(3_600_000);
    assert.ok(!isFired);
    clock.advance(500);
    assert.ok(isFired);
  });
});
