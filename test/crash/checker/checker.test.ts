import assert from "node:assert/strict";
import { assertSound, check } from "../support/checker/check.ts";
import type { CheckSettings } from "../support/checker/violation.ts";
import {
  HistoryBuilder,
  leaseNumber,
  taskSeen,
  tokenOf,
} from "../support/history/history-builder.ts";

function history(): HistoryBuilder {
  return new HistoryBuilder();
}

/** A run in which nothing goes wrong. */
function goodRun(): HistoryBuilder {
  return history().begin().add("grant").add("settle").add("settle_ack").end();
}

function brokenBy(builder: HistoryBuilder, settings: Partial<CheckSettings> = {}): string[] {
  const isDrained = builder.events.some(({ kind }) => kind === "read");
  const { violations } = check(builder.events, { isDrained, ...settings });
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

/** A second lease of the task, to another worker. */
function regrant(builder: HistoryBuilder, n = 1, crashes = 1): HistoryBuilder {
  return builder
    .add("hello", { stream: "w2-1" }, "w2")
    .add("welcome", { stream: "w2-1", session: "s2" }, "w2")
    .add("grant", { stream: "w2-1", token: tokenOf(n), crashes }, "w2");
}

/** The first worker is killed, and the second does the work. */
function crashRun(): HistoryBuilder {
  return regrant(history().begin().add("grant").add("killed"))
    .add("settle", { token: tokenOf(1) }, "w2")
    .add("settle_ack", { token: tokenOf(1) }, "w2")
    .end({ crashes: 1, deliveries: 2 });
}

describe("The chaos checker", () => {
  it("accepts a run in which nothing goes wrong", () => {
    assert.deepEqual(brokenBy(goodRun()), []);
  });

  it("accepts a task that is done again after its worker was killed", () => {
    assert.deepEqual(brokenBy(crashRun()), []);
  });

  it("refuses a run that proves nothing", () => {
    assert.throws(() => assertSound(check(goodRun().events), ["staleSettle"]), /proves nothing/);
  });

  describe("S1, no answered task is lost", () => {
    it("catches a task that is gone", () => {
      assert.deepEqual(brokenBy(history().begin().add("read")), ["S1"]);
    });

    it("does not ask for a task whose submit had no answer", () => {
      const lost = history().add("submit").add("submitted", { outcome: "info", taskId: "" });
      assert.deepEqual(brokenBy(lost), []);
    });

    it("counts apart what the store's durability does not promise", () => {
      const lost = history().begin().add("read");
      const settings = { mayForget: [{ fromMs: 0, toMs: 30 }] };
      assert.deepEqual(brokenBy(lost, settings), []);
      assert.equal(check(lost.events, settings).expectedLosses, 1);
    });
  });

  describe("S2, nothing comes from nowhere", () => {
    it("catches a task that nobody submitted", () => {
      assert.deepEqual(brokenBy(goodRun().add("grant", { taskId: "q~2", op: "op-2" })), ["S2"]);
    });

    it("catches a payload that nobody submitted", () => {
      assert.deepEqual(brokenBy(history().begin().add("grant", { payloadHash: "other" })), ["S2"]);
    });
  });

  describe("S3, a request id makes one task", () => {
    it("accepts a repeat that names the first task", () => {
      const repeat = goodRun().add("submit").add("submitted", { isDeduplicated: true });
      assert.deepEqual(brokenBy(repeat.end()), []);
    });

    it("catches a repeat that makes another task", () => {
      const repeat = goodRun().add("submit").add("submitted", { taskId: "q~2" });
      const read = repeat.add("read", { taskId: "q~2", task: taskSeen({ taskId: "q~2" }) });
      assert.ok(brokenBy(read).includes("S3"));
    });

    it("catches a repeat that is answered as new", () => {
      assert.deepEqual(brokenBy(goodRun().add("submit").add("submitted").end()), ["S3"]);
    });

    it("catches another payload under a request id that was used", () => {
      const conflict = goodRun()
        .add("submit", { isConflict: true, payloadHash: "other" })
        .add("submitted", { isConflict: true, isDeduplicated: true });
      assert.deepEqual(brokenBy(conflict.end()), ["S3"]);
    });

    it("catches a true repeat that is refused", () => {
      const refused = goodRun()
        .add("submit")
        .add("submitted", { outcome: "fail", reason: "REQUEST_ID_REUSED", taskId: "" });
      assert.deepEqual(brokenBy(refused), ["S3"]);
    });
  });

  describe("S4, a task ends once", () => {
    it("catches a final state that changes", () => {
      assert.deepEqual(brokenBy(goodRun().end({ state: "READY", resultHash: "" })), ["S4", "L2"]);
    });

    it("catches two completions", () => {
      const twice = crashRun().add("settle", { resultHash: "again" }).add("settle_ack");
      assert.ok(brokenBy(twice).includes("S4"));
    });
  });

  describe("S5, fencing", () => {
    it("accepts a stale completion that is refused", () => {
      const stale = crashRun()
        .add("settle", { resultHash: "late" })
        .add("settle_ack", { status: "STALE" });
      assert.deepEqual(brokenBy(stale), []);
    });

    it("catches a stale completion that is accepted", () => {
      const stale = regrant(history().begin().add("grant").add("frozen").add("thawed"))
        .add("settle", { resultHash: "late" })
        .add("settle_ack")
        .end({ crashes: 1, resultHash: "late" });
      assert.deepEqual(brokenBy(stale), ["S5"]);
    });

    it("catches a stale failure that is accepted", () => {
      const stale = regrant(history().begin().add("grant").add("frozen").add("thawed"))
        .add("settle", { outcome: "fail", resultHash: "" })
        .add("settle_ack", { outcome: "fail" })
        .add("settle", { token: tokenOf(1) }, "w2")
        .add("settle_ack", { token: tokenOf(1) }, "w2")
        .end({ crashes: 1, attempt: 1 });
      assert.ok(brokenBy(stale).includes("S5"));
    });

    it("catches a lease that is settled twice", () => {
      const twice = history()
        .begin()
        .add("grant")
        .add("settle", { outcome: "release", resultHash: "" })
        .add("settle_ack", { outcome: "release" })
        .add("settle")
        .add("settle_ack");
      assert.deepEqual(brokenBy(twice.end()), ["S5"]);
    });

    it("catches the right token from a session that was not granted it, and only where it counts", () => {
      const forgery = (status: string) =>
        history()
          .begin()
          .add("grant")
          .add("settle", { outcome: "release", isForged: true })
          .add("settle_ack", { outcome: "release", status, isForged: true })
          .add("settle")
          .add("settle_ack")
          .end();
      assert.deepEqual(brokenBy(forgery("STALE")), []);
      assert.deepEqual(brokenBy(forgery("OK")), ["S5"]);
    });

    it("catches a token that nobody was granted", () => {
      const forged = history().begin().add("settle").add("settle_ack").end();
      assert.deepEqual(brokenBy(forged), ["S5"]);
    });

    it("catches a repeated completion that is denied", () => {
      const denied = goodRun().add("settle").add("settle_ack", { status: "STALE" });
      assert.deepEqual(brokenBy(denied), ["S5"]);
    });
  });

  describe("S6, one live lease", () => {
    it("catches a token that is granted twice", () => {
      assert.ok(brokenBy(history().begin().add("grant").add("grant")).includes("S6"));
    });

    it("catches a grant while the old lease is renewed", () => {
      const overlap = regrant(history().begin().add("grant"))
        .add("heartbeat", { leases: [leaseNumber(0)] })
        .add("heartbeat_ack");
      assert.deepEqual(brokenBy(overlap), ["S6"]);
    });

    it("accepts an overlap where a failover may have forgotten the first lease", () => {
      const overlap = regrant(history().begin().add("grant"))
        .add("heartbeat", { leases: [leaseNumber(0)] })
        .add("heartbeat_ack");
      assert.deepEqual(brokenBy(overlap, { mayForget: [{ fromMs: 45, toMs: 55 }] }), []);
    });

    it("accepts a renewal that tells of the loss", () => {
      const told = regrant(history().begin().add("grant").wait(2_000))
        .add("heartbeat", { leases: [leaseNumber(0)] })
        .add("heartbeat_ack", { lost: [leaseNumber(0)] });
      assert.deepEqual(brokenBy(told), []);
    });

    it("catches a grant before the promised ttl was over", () => {
      const early = regrant(history().begin().add("grant"))
        .add("heartbeat", { leases: [] })
        .add("heartbeat_ack");
      assert.deepEqual(brokenBy(early), ["S6"]);
    });

    it("accepts a grant after the stream broke", () => {
      assert.deepEqual(brokenBy(regrant(history().begin().add("grant").add("stream_end"))), []);
    });

    it("catches crashes that are taken back", () => {
      const builder = regrant(history().begin().add("grant", { crashes: 2 }).add("killed"), 1, 1);
      assert.deepEqual(brokenBy(builder), ["S6"]);
    });

    it("accepts crashes that a failure made to be forgotten", () => {
      const forgotten = history()
        .begin()
        .add("grant", { crashes: 2 })
        .add("settle", { outcome: "fail" })
        .add("settle_ack", { outcome: "fail" })
        .add("grant", { token: tokenOf(1), attempt: 2, crashes: 0 });
      assert.deepEqual(brokenBy(forgotten), []);
    });
  });

  describe("S7, bounded attempts", () => {
    it("catches an attempt above the maximum", () => {
      assert.deepEqual(brokenBy(history().begin().add("grant", { attempt: 4 })), ["S7"]);
    });

    it("catches an attempt that a crash spent", () => {
      const charged = history()
        .begin()
        .add("grant")
        .add("killed")
        .add("grant", { token: tokenOf(1), attempt: 2, crashes: 1, stream: "w2-1" });
      assert.deepEqual(brokenBy(charged), ["S7"]);
    });

    it("catches an attempt that a release spent", () => {
      const charged = history()
        .begin()
        .add("grant")
        .add("settle", { outcome: "release" })
        .add("settle_ack", { outcome: "release" })
        .add("grant", { token: tokenOf(1), attempt: 2 });
      assert.deepEqual(brokenBy(charged), ["S7"]);
    });

    it("catches a failure that spent none", () => {
      const free = history()
        .begin()
        .add("grant")
        .add("settle", { outcome: "fail" })
        .add("settle_ack", { outcome: "fail" })
        .add("grant", { token: tokenOf(1), attempt: 1 });
      assert.deepEqual(brokenBy(free), ["S7"]);
    });

    it("accepts a failure that counted although its repeat was denied", () => {
      const repeated = history()
        .begin()
        .add("grant")
        .add("settle", { outcome: "fail" })
        .add("settle", { outcome: "fail" })
        .add("settle_ack", { outcome: "fail", status: "STALE" })
        .add("grant", { token: tokenOf(1), attempt: 2 });
      assert.deepEqual(brokenBy(repeated), []);
    });

    it("catches a death before the attempts are spent", () => {
      assert.deepEqual(
        brokenBy(history().begin().add("grant").end({ state: "DEAD", attempt: 1 })),
        ["S7"],
      );
    });
  });

  describe("S8, not early", () => {
    const delayed = () =>
      history().add("submit", { delayMs: 50 }).add("submitted").add("hello").add("welcome");

    it("catches a task that is leased before it is due", () => {
      assert.deepEqual(brokenBy(delayed().add("grant", { token: tokenOf(40) })), ["S8"]);
    });

    it("accepts one that is leased when it is due", () => {
      assert.deepEqual(brokenBy(delayed().add("grant", { token: tokenOf(50) })), []);
    });

    it("says nothing where the store's clock was tampered with", () => {
      const early = delayed().add("grant", { token: tokenOf(40) });
      assert.deepEqual(brokenBy(early, { isClockTrue: false }), []);
    });
  });

  describe("S12, cancels", () => {
    const cancelled = { state: "CANCELLED", resultHash: "" };
    const untold = (laterMs: number) =>
      history()
        .begin()
        .add("grant")
        .add("cancelled")
        .wait(laterMs)
        .add("heartbeat", { leases: [leaseNumber(0)] })
        .add("heartbeat_ack");

    it("accepts a cancel that ends a lease", () => {
      const run = history().begin().add("grant").add("cancelled").add("settle");
      assert.deepEqual(brokenBy(run.add("settle_ack", { status: "STALE" }).end(cancelled)), []);
    });

    it("catches a completion after the cancel", () => {
      const run = history().begin().add("grant").add("cancelled").add("settle").add("settle_ack");
      assert.ok(brokenBy(run.end(cancelled)).includes("S12"));
    });

    it("catches a worker that is not told of the cancel", () => {
      assert.deepEqual(brokenBy(untold(0).end(cancelled)), ["S12"]);
    });

    it("gives the worker's queue the time to answer where it may be left out", () => {
      assert.deepEqual(brokenBy(untold(0).end(cancelled), { mayLeaveOutMs: 50 }), []);
      assert.deepEqual(brokenBy(untold(50).end(cancelled), { mayLeaveOutMs: 50 }), ["S12"]);
    });

    it("catches a lease after the cancel", () => {
      const run = history()
        .begin()
        .add("cancelled")
        .add("grant", { token: tokenOf(200) });
      assert.deepEqual(brokenBy(run.end(cancelled)), ["S12"]);
    });
  });

  it("catches a result that nobody sent", () => {
    const forged = history().begin().add("grant").add("settle").add("settle_ack");
    assert.deepEqual(brokenBy(forged.end({ resultHash: "forged" })), ["S13"]);
  });

  it("catches a task that is granted too late after its worker was killed", () => {
    assert.deepEqual(brokenBy(crashRun(), { recoverWithinMs: 50 }), []);
    const late = regrant(history().begin().add("grant").add("killed").wait(100));
    assert.deepEqual(brokenBy(late, { recoverWithinMs: 50 }), ["L1"]);
    const suspect = history().begin().add("grant", { crashes: 1 }).add("killed").wait(100);
    assert.deepEqual(brokenBy(regrant(suspect, 1, 2), { recoverWithinMs: 50 }), []);
  });

  it("catches an orphan in the store", () => {
    assert.deepEqual(brokenBy(goodRun().add("audit", { problems: ["a key of nobody"] })), ["S15"]);
  });

  it("catches a task that is never worked off", () => {
    const stuck = history().begin().add("grant").end({ state: "LEASED", resultHash: "" });
    assert.deepEqual(brokenBy(stuck), ["L2"]);
  });

  it("catches a queue that nobody serves", () => {
    assert.deepEqual(brokenBy(history().begin().end({ state: "READY" })), ["L2", "L3"]);
  });

  it("catches a dispatcher that takes all memory", () => {
    assert.deepEqual(brokenBy(goodRun().add("memory", { bytes: 2 ** 31 })), ["L4"]);
  });

  it("catches a process that dies by itself", () => {
    const died = goodRun().add("exit", { how: "code 1", isExpected: false });
    assert.deepEqual(brokenBy(died), ["L5"]);
  });
});
