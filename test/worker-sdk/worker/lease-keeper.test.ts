import assert from "node:assert/strict";
import { backoffMs } from "../../../worker-sdk/src/channel/backoff.ts";
import { Alarm } from "../../../worker-sdk/src/time/alarm.ts";
import { LeaseKeeper } from "../../../worker-sdk/src/worker/lease-keeper.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { nextTurn } from "../../support/time/next-turn.ts";

const terms = { ttlMs: 15_000, intervalMs: 5_000 };

describe("The keeper of leases", () => {
  let clock: ManualClock;
  let beats: number[];
  let expiredAtMs: number[];
  let keeper: LeaseKeeper;
  beforeEach(() => {
    clock = new ManualClock();
    beats = [];
    expiredAtMs = [];
    keeper = new LeaseKeeper(clock, {
      sendHeartbeat: (sequence) => beats.push(sequence),
      onExpired: () => expiredAtMs.push(clock.monotonicMs()),
    });
  });
  afterEach(() => {
    keeper?.stop();
    assert.equal(clock?.pendingTimers ?? 0, 0);
  });

  async function pass(ms: number, stepMs = 50): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await nextTurn();
    }
  }

  /** Lets time pass in which the event loop does not turn; what is due then takes two turns. */
  async function blocked(ms: number): Promise<void> {
    clock.advance(ms);
    await nextTurn();
    await nextTurn();
  }

  it("sends a heartbeat every interval, up to a tenth early or late", async () => {
    keeper.welcomed(terms, 0);
    const times: number[] = [];
    for (let count = 0; count < 30; ) {
      await pass(50);
      if (beats.length > count) {
        count = beats.length;
        times.push(clock.monotonicMs());
        keeper.answered(count);
      }
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok(Math.min(...gaps) >= 4_500 && Math.max(...gaps) <= 5_600, gaps.join());
    assert.ok(new Set(gaps).size > 3, "the gaps vary");
    assert.deepEqual(expiredAtMs, []);
  });

  it("lets leases expire a tenth of the ttl early, counted from when Hello was sent", async () => {
    clock.advance(4_000);
    keeper.welcomed(terms, 1_000);
    await pass(10_400);
    assert.deepEqual(expiredAtMs, []);
    await pass(100);
    assert.deepEqual(expiredAtMs, [14_500]);
  });

  it("counts from the heartbeat that is answered, not from when the answer comes", async () => {
    keeper.welcomed(terms, 0);
    keeper.beat();
    await pass(4_000);
    keeper.beat();
    await pass(4_000);
    keeper.answered(2);
    await pass(9_400);
    assert.deepEqual(expiredAtMs, []);
    await pass(100);
    assert.deepEqual(expiredAtMs, [17_500]);
  });

  it("counts from the right heartbeat where an earlier one is never answered", async () => {
    keeper.welcomed(terms, 0);
    keeper.beat();
    await pass(4_000);
    keeper.beat();
    keeper.answered(2);
    keeper.answered(1);
    await pass(13_400);
    assert.deepEqual(expiredAtMs, []);
    await pass(100);
    assert.deepEqual(expiredAtMs, [17_500]);
  });

  it("takes no answer for news that is to a heartbeat of an earlier stream, or to none", async () => {
    keeper.welcomed(terms, 0);
    keeper.beat();
    await pass(2_000);
    keeper.welcomed(terms, 1_000);
    keeper.answered(1);
    keeper.answered(77);
    await pass(12_500);
    assert.deepEqual(expiredAtMs, [14_500]);
  });

  it("asks first where the event loop was blocked until shortly before the ttl runs out", async () => {
    keeper.welcomed(terms, 0);
    await blocked(14_000);
    assert.deepEqual([beats, expiredAtMs], [[1], []]);
    keeper.answered(1);
    await blocked(14_000);
    assert.deepEqual([beats, expiredAtMs], [[1, 2], []]);
    await pass(1_000);
    assert.deepEqual(expiredAtMs, [29_000], "nobody answered within the ttl");
  });

  it("does not ask where the ttl is over, nor without a stream", async () => {
    keeper.welcomed(terms, 0);
    await blocked(15_000);
    assert.deepEqual(expiredAtMs, [15_000]);
    keeper.welcomed(terms, 15_000);
    keeper.disconnected();
    await blocked(14_000);
    assert.deepEqual(expiredAtMs, [15_000, 29_000]);
  });

  it("sends a heartbeat ahead, unless one was sent within a fifth of the interval or there is no stream", async () => {
    assert.equal(keeper.beatAhead(), false);
    keeper.welcomed(terms, 0);
    assert.equal(keeper.beatAhead(), false);
    clock.advance(1_000);
    assert.equal(keeper.beatAhead(), true);
    assert.equal(keeper.beatAhead(), false);
    keeper.disconnected();
    clock.advance(1_000);
    assert.equal(keeper.beatAhead(), false);
    assert.deepEqual(beats, [1]);
  });

  it("expires once, and not again before a dispatcher was heard", async () => {
    keeper.welcomed(terms, 0);
    keeper.disconnected();
    await pass(60_000, 500);
    assert.equal(expiredAtMs.length, 1);
    keeper.welcomed(terms, clock.monotonicMs());
    keeper.disconnected();
    await pass(60_000, 500);
    assert.equal(expiredAtMs.length, 2);
  });

  it("does not beat without a stream, nor before the first", async () => {
    keeper.beatSoon();
    await pass(20_000, 500);
    keeper.welcomed(terms, clock.monotonicMs());
    keeper.disconnected();
    keeper.beatSoon();
    await pass(10_000, 500);
    assert.deepEqual(beats, []);
  });

  it("beats early where there is something to report, a fifth of the interval after the last", async () => {
    keeper.welcomed(terms, 0);
    keeper.beatSoon();
    await pass(950);
    assert.equal(beats.length, 0);
    await pass(50);
    assert.equal(beats.length, 1);
    await pass(500);
    keeper.beatSoon();
    keeper.beatSoon();
    await pass(450);
    assert.equal(beats.length, 1);
    await pass(50);
    assert.equal(beats.length, 2);
  });
});

describe("An alarm", () => {
  it("rings at the earliest of its times, and only once", async () => {
    const clock = new ManualClock();
    let rings = 0;
    const alarm = new Alarm(clock, () => {
      rings += 1;
    });
    alarm.set(500);
    alarm.set(300);
    alarm.set(400);
    assert.equal(clock.pendingTimers, 1);
    clock.advance(299);
    await nextTurn();
    assert.equal(rings, 0);
    clock.advance(1);
    await nextTurn();
    assert.equal(rings, 1);
    clock.advance(1_000);
    await nextTurn();
    assert.equal(rings, 1);
    alarm.set(2_000);
    alarm.cancel();
    assert.equal(clock.pendingTimers, 0);
  });

  it("does not ring where it is called off in the turn after its time", async () => {
    const clock = new ManualClock();
    let rings = 0;
    const alarm = new Alarm(clock, () => {
      rings += 1;
    });
    alarm.set(100);
    clock.advance(100);
    alarm.cancel();
    await nextTurn();
    assert.equal(rings, 0);
  });

  it("rings a turn after its time, so that what arrived meanwhile is read first", async () => {
    const clock = new ManualClock();
    const order: string[] = [];
    const alarm = new Alarm(clock, () => order.push("alarm"));
    alarm.set(100);
    clock.advance(100);
    queueMicrotask(() => order.push("what arrived"));
    await nextTurn();
    assert.deepEqual(order, ["what arrived", "alarm"]);
  });

  it("takes a time that no timer can hold, and never for never", () => {
    const clock = new ManualClock();
    const alarm = new Alarm(clock, () => {});
    alarm.set(Number.POSITIVE_INFINITY);
    assert.equal(clock.pendingTimers, 0);
    alarm.set(1e15);
    assert.equal(clock.pendingTimers, 1);
    alarm.cancel();
  });
});

describe("The wait between tries", () => {
  it("is anything from 0 to a bound that doubles up to a cap", () => {
    const backoff = { baseMs: 200, capMs: 5_000 };
    for (const [failures, boundMs] of [
      [0, 200],
      [1, 400],
      [4, 3_200],
      [5, 5_000],
      [1_000, 5_000],
    ] as const) {
      const waits = Array.from({ length: 500 }, () => backoffMs(backoff, failures));
      assert.ok(Math.min(...waits) >= 0 && Math.max(...waits) <= boundMs);
      assert.ok(Math.max(...waits) > boundMs * 0.9, "reaches up to the bound");
      assert.ok(Math.min(...waits) < boundMs * 0.1, "reaches down to 0");
    }
  });
});
