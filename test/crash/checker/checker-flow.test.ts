import assert from "node:assert/strict";
import { check } from "../support/checker/check.ts";
import type { CheckSettings } from "../support/checker/violation.ts";
import { HistoryBuilder, START_MS, taskSeen } from "../support/history/history-builder.ts";

/** What the checker says of limits and order alone. */
function brokenBy(builder: HistoryBuilder, settings: Partial<CheckSettings> = {}): string[] {
  const { violations } = check(builder.events, { isDrained: false, ...settings });
  const names = new Set(violations.map(({ invariant }) => invariant));
  assert.deepEqual(
    [...names].filter((name) => !["S10", "S11"].includes(name)),
    [],
  );
  return [...names];
}

/** A run with a worker whose stream is answered until the end. */
class Run extends HistoryBuilder {
  #tasks = 0;
  #heartbeats = 0;

  constructor() {
    super();
    this.add("hello").add("welcome", { ttlMs: 60_000 });
  }

  /** The token of a grant that the store makes just now. */
  get nowToken(): number {
    return (START_MS + this.nowMs) * 1000;
  }

  /** A task that is submitted and answered; returns its id. */
  submit(fields: { concurrencyKey?: string; orderingKey?: string; delayMs?: number } = {}): string {
    this.#tasks += 1;
    const op = `op-${this.#tasks}`;
    const taskId = `q~${this.#tasks}`;
    this.add("submit", { op, requestId: op, wallMs: START_MS + this.nowMs + 10, ...fields });
    this.add("submitted", { op, taskId });
    return taskId;
  }

  grant(taskId: string, n = 0): this {
    const op = `op-${taskId.slice(2)}`;
    return this.add("grant", { taskId, op, token: this.nowToken + n, attempt: n + 1 });
  }

  /** The end of the newest lease of a task. */
  settle(taskId: string, outcome: "complete" | "fail" = "complete"): this {
    const grant = this.events.findLast(
      (event) => event.kind === "grant" && event.taskId === taskId,
    );
    const token = grant?.kind === "grant" ? grant.token : 0;
    const resultHash = outcome === "complete" ? "done" : "";
    return this.add("settle", { taskId, token, outcome, resultHash }).add("settle_ack", {
      taskId,
      token,
      outcome,
    });
  }

  beat(): this {
    this.#heartbeats += 1;
    const sequence = this.#heartbeats;
    const leases = this.events.flatMap((event) =>
      event.kind === "grant" ? [{ taskId: event.taskId, token: event.token }] : [],
    );
    const settled = new Set(
      this.events.flatMap((event) =>
        event.kind === "settle" ? [`${event.taskId} ${event.token}`] : [],
      ),
    );
    const open = leases.filter(({ taskId, token }) => !settled.has(`${taskId} ${token}`));
    return this.add("heartbeat", { sequence, leases: open }).add("heartbeat_ack", { sequence });
  }
}

describe("The chaos checker, of order and limits", () => {
  describe("S10, order within an ordering key", () => {
    it("accepts one after the other, in order, with a retry of the first", () => {
      const run = new Run();
      const [one, two] = [run.submit({ orderingKey: "o" }), run.submit({ orderingKey: "o" })];
      run.grant(one).settle(one, "fail").grant(one, 1).settle(one).grant(two).settle(two).beat();
      assert.deepEqual(brokenBy(run), []);
    });

    it("catches two that are LEASED at a time", () => {
      const run = new Run();
      const [one, two] = [run.submit({ orderingKey: "o" }), run.submit({ orderingKey: "o" })];
      run.grant(one).grant(two).beat().settle(one).settle(two).beat();
      assert.deepEqual(brokenBy(run), ["S10"]);
    });

    it("catches two that are LEASED at a time where the store's clock jumps", () => {
      const run = new Run();
      const [one, two] = [run.submit({ orderingKey: "o" }), run.submit({ orderingKey: "o" })];
      run.grant(one).grant(two).beat().settle(one).settle(two).beat();
      assert.deepEqual(brokenBy(run, { isClockTrue: false }), ["S10"]);
    });

    it("catches a later one that goes first", () => {
      const run = new Run();
      const [one, two] = [run.submit({ orderingKey: "o" }), run.submit({ orderingKey: "o" })];
      run.grant(two).settle(two).grant(one).settle(one).beat();
      assert.deepEqual(brokenBy(run), ["S10"]);
    });

    it("catches a later one that goes while the first backs off", () => {
      const run = new Run();
      const [one, two] = [run.submit({ orderingKey: "o" }), run.submit({ orderingKey: "o" })];
      run.grant(one).settle(one, "fail").grant(two).settle(two).grant(one, 1).settle(one).beat();
      assert.deepEqual(brokenBy(run), ["S10"]);
    });

    it("says nothing of the order of two that were submitted at once", () => {
      const run = new Run();
      run.add("submit", { op: "op-1", wallMs: START_MS + 30, orderingKey: "o" });
      run.add("submit", { op: "op-2", wallMs: START_MS + 40, orderingKey: "o" });
      run.add("submitted", { op: "op-1", taskId: "q~1" });
      run.add("submitted", { op: "op-2", taskId: "q~2" });
      run.grant("q~2").settle("q~2").grant("q~1").settle("q~1").beat();
      assert.deepEqual(brokenBy(run), []);
    });

    it("lets a delayed one join the line when it is due", () => {
      const run = new Run();
      const one = run.submit({ orderingKey: "o", delayMs: 50 });
      const two = run.submit({ orderingKey: "o" });
      run.grant(two).settle(two).wait(100).grant(one).settle(one).beat();
      assert.deepEqual(brokenBy(run), []);
    });

    it("keeps lines of other keys apart", () => {
      const run = new Run();
      const one = run.submit({ orderingKey: "o", concurrencyKey: "acme" });
      const two = run.submit({ orderingKey: "o" });
      run.grant(two).grant(one).beat().settle(one).settle(two).beat();
      assert.deepEqual(brokenBy(run), []);
    });

    it("says nothing where a failover may have forgotten a lease", () => {
      const run = new Run();
      const [one, two] = [run.submit({ orderingKey: "o" }), run.submit({ orderingKey: "o" })];
      const fromMs = run.nowMs;
      run.grant(one).settle(one).grant(two).settle(two).grant(one, 1).settle(one).beat();
      const { violations } = check(run.events, {
        isDrained: false,
        mayForget: [{ fromMs, toMs: fromMs + 25 }],
      });
      assert.ok(violations.every(({ invariant }) => invariant !== "S10"));
    });
  });

  describe("S11, limits", () => {
    const limited = (fields: Parameters<HistoryBuilder["add"]>[1] = {}) =>
      new Run().add("settings", fields as object) as Run;

    it("accepts as many as may be, and more after a settlement", () => {
      const run = limited({ concurrencyLimit: 2 });
      const [one, two, three] = [run.submit(), run.submit(), run.submit()];
      run.grant(one).grant(two).beat().settle(one).grant(three).beat().settle(two).settle(three);
      assert.deepEqual(brokenBy(run.beat()), []);
    });

    it("catches more of a queue than its limit", () => {
      const run = limited({ concurrencyLimit: 1 });
      const [one, two] = [run.submit(), run.submit()];
      run.grant(one).grant(two).beat();
      assert.deepEqual(brokenBy(run), ["S11"]);
      assert.deepEqual(brokenBy(run, { isClockTrue: false }), ["S11"]);
    });

    it("catches more of a key than its limit, and not of several keys", () => {
      const run = limited({ keyConcurrencyLimit: 1 });
      const one = run.submit({ concurrencyKey: "acme" });
      const two = run.submit({ concurrencyKey: "bolt" });
      run.grant(one).grant(two).beat();
      assert.deepEqual(brokenBy(run), []);
      const three = run.submit({ concurrencyKey: "acme" });
      assert.deepEqual(brokenBy(run.grant(three).beat()), ["S11"]);
    });

    it("goes by what a key has of its own", () => {
      const run = limited({ keyConcurrencyLimit: 1 });
      run.add("key_settings", { key: "acme", concurrencyLimit: 2 });
      const ids = [1, 2, 3].map(() => run.submit({ concurrencyKey: "acme" }));
      run
        .grant(ids[0] ?? "")
        .grant(ids[1] ?? "")
        .beat();
      assert.deepEqual(brokenBy(run), []);
      assert.deepEqual(brokenBy(run.grant(ids[2] ?? "").beat()), ["S11"]);
    });

    it("judges by leases: what a frozen worker still runs does not count", () => {
      const run = limited({ concurrencyLimit: 1 });
      const [one, two] = [run.submit(), run.submit()];
      run.grant(one).beat().add("frozen").wait(70_000);
      run.add("hello", { stream: "w2-1" }, "w2").add("welcome", { stream: "w2-1" }, "w2");
      run.add("grant", { stream: "w2-1", taskId: two, op: "op-2", token: run.nowToken }, "w2");
      run.add("heartbeat", { stream: "w2-1", sequence: 1 }, "w2");
      run.add("heartbeat_ack", { stream: "w2-1", sequence: 1 }, "w2");
      assert.deepEqual(brokenBy(run), []);
    });

    it("accepts those that run on where a limit is lowered, and catches a grant above it", () => {
      const run = limited({ concurrencyLimit: 3 });
      const [one, two, three] = [run.submit(), run.submit(), run.submit()];
      run.grant(one).grant(two).add("settings", { concurrencyLimit: 1 });
      run.beat();
      assert.deepEqual(brokenBy(run), []);
      assert.deepEqual(brokenBy(run.grant(three).beat()), ["S11"]);
    });

    it("accepts what either of two limits lets go while one is being put", () => {
      const run = limited({ concurrencyLimit: 1 });
      const [one, two] = [run.submit(), run.submit()];
      const sinceMs = run.nowMs;
      run.grant(one).grant(two).beat();
      run.add("settings", { concurrencyLimit: 2, sinceMs, outcome: "info" });
      assert.deepEqual(brokenBy(run.beat()), []);
    });

    it("accepts a burst and what the time is worth, and catches one more", () => {
      const rateLimit = { tasks: 1, periodMs: 100, burst: 2 };
      const run = limited({ rateLimit });
      const ids = [1, 2, 3, 4].map(() => run.submit());
      run
        .grant(ids[0] ?? "")
        .grant(ids[1] ?? "")
        .wait(100)
        .grant(ids[2] ?? "");
      assert.deepEqual(brokenBy(run), []);
      assert.deepEqual(brokenBy(run.grant(ids[3] ?? "")), ["S11"]);
    });

    it("catches more of a key than its rate lets go", () => {
      const run = limited({ keyRateLimit: { tasks: 1, periodMs: 1_000, burst: 1 } });
      const one = run.submit({ concurrencyKey: "acme" });
      const other = run.submit({ concurrencyKey: "bolt" });
      const two = run.submit({ concurrencyKey: "acme" });
      run.grant(one).grant(other);
      assert.deepEqual(brokenBy(run), []);
      assert.deepEqual(brokenBy(run.grant(two)), ["S11"]);
    });

    it("catches a grant of a paused queue and of a paused key", () => {
      const queue = limited({ isPaused: true });
      assert.deepEqual(brokenBy(queue.grant(queue.submit())), ["S11"]);
      const key = limited({});
      key.add("key_settings", { isPaused: true });
      assert.deepEqual(brokenBy(key.grant(key.submit({ concurrencyKey: "acme" }))), ["S11"]);
    });

    it("accepts a grant that came late of a queue that is paused by now", () => {
      const run = limited({});
      const one = run.submit();
      const token = run.nowToken;
      run.wait(50).add("settings", { isPaused: true });
      assert.deepEqual(brokenBy(run.add("grant", { taskId: one, op: "op-1", token })), []);
    });
  });

  it("reads what tasks are where nothing was said of limits and order", () => {
    const run = new Run();
    const one = run.submit();
    run.grant(one).settle(one).beat();
    run.add("read", { task: taskSeen({ taskId: one, op: "op-1" }), taskId: one });
    assert.deepEqual(brokenBy(run), []);
  });
});
