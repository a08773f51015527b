import assert from "node:assert/strict";
import { Restarts } from "../../server/src/processes/restarts.ts";
import { Stopping } from "../../server/src/processes/stopping.ts";
import { RecordingLog } from "../dispatch/recording-log.ts";
import { ManualClock } from "../support/time/manual-clock.ts";
import { nextTurn } from "../support/time/next-turn.ts";

describe("The steps of stopping", () => {
  let clock: ManualClock;
  let log: RecordingLog;
  let stopping: Stopping;

  beforeEach(() => {
    clock = new ManualClock();
    log = new RecordingLog();
    stopping = new Stopping(clock, log);
  });

  it("all run, in order, where one rejects and one throws", async () => {
    const begun: string[] = [];
    const step = (name: string, run: () => Promise<void> = async () => {}) => ({
      name,
      withinMs: 1_000,
      run: () => {
        begun.push(name);
        return run();
      },
    });
    const broken = () => {
      throw new Error("broken");
    };
    await stopping.all([step("a", () => Promise.reject(new Error("no"))), step("b", broken)]);
    await stopping.all([step("c")]);
    assert.deepEqual(begun, ["a", "b", "c"]);
    assert.equal(stopping.hasFailed, true);
    assert.equal(log.errors.length, 2);
    assert.equal(clock.pendingTimers, 0);
  });

  it("have their time each: one that takes longer is left behind, and that is a failure", async () => {
    const ended = stopping.all([
      { name: "hangs", withinMs: 1_000, run: () => new Promise<void>(() => {}) },
    ]);
    clock.advance(1_000);
    await ended;
    assert.equal(stopping.hasFailed, true);
    assert.match(JSON.stringify(log.errors), /took too long.*hangs|hangs.*took too long/);
  });

  it("may be cut short where others are slow, and that is none", async () => {
    let isCut = false;
    const ended = stopping.all([
      {
        name: "requests",
        withinMs: 1_000,
        run: () => new Promise<void>(() => {}),
        cut: () => {
          isCut = true;
        },
      },
    ]);
    await nextTurn();
    assert.equal(isCut, false);
    clock.advance(1_000);
    await ended;
    assert.deepEqual([isCut, stopping.hasFailed, log.errors.length], [true, false, 0]);
  });
});

describe("A process that ends again and again", () => {
  it("is started the later the more often, up to 10 s, and soon again once one has served", () => {
    const clock = new ManualClock();
    const restarts = new Restarts(clock, () => 0.5);
    let started = 0;
    const delayAfter = (servedMs: number): number => {
      const delayMs = restarts.after(servedMs, () => {
        started += 1;
      });
      clock.advance(delayMs);
      return delayMs;
    };
    const delays = Array.from({ length: 10 }, () => delayAfter(0));
    assert.deepEqual(delays.slice(0, 4), [75, 150, 300, 600]);
    assert.equal(Math.max(...delays), 7_500);
    assert.equal(started, 10);
    assert.equal(delayAfter(60_000), 75);
    restarts.after(0, () => assert.fail("it is started after the cancel"));
    restarts.cancel();
    clock.advance(60_000);
  });
});
