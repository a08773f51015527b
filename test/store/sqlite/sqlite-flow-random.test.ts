import assert from "node:assert/strict";
import {
  DEFAULT_QUEUE_SETTINGS,
  type QueueSettings,
} from "../../../server/src/domain/flow/queue-settings.ts";
import type { TaskId, TaskType } from "../../../server/src/domain/ids.ts";
import type { SettlementOutcome } from "../../../server/src/store/store.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { newTask, QUEUE } from "../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  type HeldTask,
  lease,
  openSession,
  redrive,
  release,
  renew,
  retry,
  settle,
  sweep,
  type TestSession,
} from "../conformance/actions.ts";
import type { StoreUnderTest } from "../conformance/harness.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

const SEEDS = Number(process.env.SEEDS ?? 4);
const FIRST_SEED = Number(process.env.SEED ?? 1);
const STEPS = 150;
const TYPES = ["send", "print", "fetch"] as TaskType[];

/** Does anything to one queue, and has the file audited again and again. */
class History {
  readonly #random: SeededRandom;
  readonly #under: StoreUnderTest;
  readonly #ids: TaskId[] = [];
  #session!: TestSession;
  #held: HeldTask[] = [];

  constructor(under: StoreUnderTest, seed: number) {
    this.#under = under;
    this.#random = new SeededRandom(seed);
  }

  async run(steps: number): Promise<void> {
    this.#session = await openSession(this.#under.store, { ttlMs: 600_000 });
    for (let step = 0; step < steps; step += 1) {
      const name = await this.#step();
      if (step % 5 === 0) {
        assert.deepEqual(await this.#under.orphans(), [], `after ${name}, step ${step}`);
      }
    }
    await this.#workOff();
  }

  async #step(): Promise<string> {
    const actions: Record<string, () => Promise<unknown>> = {
      submit: () => this.#submit(),
      submitMore: () => this.#submit(),
      lease: () => this.#lease(),
      leaseMore: () => this.#lease(),
      settle: () => this.#settle(),
      settleMore: () => this.#settle(),
      cancel: () => this.#onTask((id) => cancel(this.#under.store, id)),
      redrive: () => this.#onTask((id) => redrive(this.#under.store, id)),
      advance: () => this.#under.advance(this.#random.pick([1, 500, 5_000, 70_000])),
      sweep: () => sweep(this.#under.store),
      settings: () => this.#set(),
      crash: () => this.#crash(),
      die: () => this.#die(),
    };
    const name = this.#random.pick(Object.keys(actions));
    await actions[name]?.();
    return name;
  }

  async #submit(): Promise<void> {
    const tasks = Array.from({ length: this.#random.between(1, 6) }, () =>
      newTask({
        type: this.#random.pick(TYPES),
        concurrencyKey: this.#random.pick(["", "a", "b", "c"]),
        orderingKey: this.#random.pick(["", "", "o", "p"]),
        priority: this.#random.between(0, 9),
        due: this.#random.pick([{ kind: "now" }, { kind: "after", delayMs: 3_000 }]),
        startDeadlineMs: this.#random.pick([null, 4_000]),
        retentionMs: this.#random.pick([0, 60_000]),
        payload: Buffer.alloc(this.#random.pick([1, 3_000])),
      }),
    );
    const outcomes = await this.#under.store.submit(tasks);
    for (const [at, { kind }] of outcomes.entries()) {
      if (kind === "created") {
        this.#ids.push(tasks[at]?.id as TaskId);
      }
    }
  }

  async #lease(): Promise<void> {
    await renew(this.#under.store, this.#session, 600_000);
    const leased = await lease(this.#under.store, this.#session, {
      limit: this.#random.between(1, 8),
      isApart: this.#random.chance(0.25),
      maxPayloadBytes: this.#random.pick([4_000, 1_000_000]),
      ...this.#random.pick([
        {},
        { types: [this.#random.pick(TYPES)] },
        { types: TYPES.slice(0, 2) },
      ]),
    });
    this.#held.push(...leased);
    await this.#assertLimits(leased.length);
  }

  async #assertLimits(granted: number): Promise<void> {
    const [stored] = await this.#under.store.settings([QUEUE]);
    const { concurrencyLimit, isPaused } = stored?.settings ?? DEFAULT_QUEUE_SETTINGS;
    const leased = (await this.#under.store.stats([QUEUE]))[0]?.counts.LEASED ?? 0;
    assert.ok(granted === 0 || !isPaused, "a paused queue granted");
    assert.ok(granted === 0 || concurrencyLimit === null || leased <= concurrencyLimit);
    const keys = await this.#under.store.keys({ queue: QUEUE, filter: "all", after: "", limit: 9 });
    for (const { key, leased: held, settings } of keys.keys) {
      const limit = settings?.concurrencyLimit ?? stored?.settings.keyConcurrencyLimit ?? null;
      const isOver = limit !== null && held > limit;
      const isNew = this.#held.slice(-granted).some(({ spec }) => spec.concurrencyKey === key);
      assert.ok(!(isOver && granted > 0 && isNew), `${key} has ${held} of ${limit}`);
    }
  }

  async #settle(): Promise<void> {
    const at = this.#random.between(0, this.#held.length);
    const [task] = this.#held.splice(at, 1);
    if (task !== undefined) {
      const outcomes: SettlementOutcome[] = [
        complete(),
        complete("x".repeat(2_000)),
        die(),
        retry(),
        retry(2_000),
        release(),
        { kind: "release", delayMs: 0, hold: { scope: "key", forMs: 2_000 } },
        { kind: "release", delayMs: 1_000, hold: { scope: "queue", forMs: 500 } },
      ];
      await settle(this.#under.store, task, this.#random.pick(outcomes));
    }
  }

  async #onTask(act: (id: TaskId) => Promise<unknown>): Promise<void> {
    if (this.#ids.length > 0) {
      const id = this.#random.pick(this.#ids);
      assert.ok((await this.#under.store.blockers(id)) !== undefined);
      await act(id);
    }
  }

  async #set(): Promise<void> {
    const [before] = await this.#under.store.settings([QUEUE]);
    const rate = { tasks: 2, periodMs: 1_000, burst: 2 };
    const settings: QueueSettings = {
      ...(before?.settings ?? DEFAULT_QUEUE_SETTINGS),
      isPaused: this.#random.chance(0.2),
      concurrencyLimit: this.#random.pick([null, null, 3]),
      keyConcurrencyLimit: this.#random.pick([null, 1, 2]),
      rateLimit: this.#random.pick([null, null, rate]),
      keyRateLimit: this.#random.pick([null, null, rate]),
      maxBacklog: this.#random.pick([null, 40]),
      keyMaxBacklog: this.#random.pick([null, 20]),
      onDead: this.#random.pick(["CONTINUE", "HOLD"]),
      fairBy: this.#random.pick(["GRANTS", "TIME"]),
    };
    await this.#under.store.putSettings(QUEUE, settings, before?.revision ?? "");
    const own = { weight: 3, concurrencyLimit: 1, rateLimit: null, isPaused: false };
    const key = this.#random.pick(["a", "b"]);
    await this.#under.store.putKey(
      QUEUE,
      key,
      this.#random.pick([null, own, { ...own, isPaused: true }]),
    );
  }

  async #crash(): Promise<void> {
    await this.#under.crash();
  }

  /** The worker dies with all that it has. */
  async #die(): Promise<void> {
    await renew(this.#under.store, this.#session, 0);
    await sweep(this.#under.store);
    this.#held = [];
    this.#session = await openSession(this.#under.store, { ttlMs: 600_000 });
  }

  /** Nothing may be left that nothing holds back. */
  async #workOff(): Promise<void> {
    const [before] = await this.#under.store.settings([QUEUE]);
    await this.#under.store.putSettings(QUEUE, DEFAULT_QUEUE_SETTINGS, before?.revision ?? "");
    for (const key of ["a", "b"]) {
      await this.#under.store.putKey(QUEUE, key, null);
    }
    await this.#die();
    for (let lap = 0; lap < 60; lap += 1) {
      await this.#under.advance(5_000);
      await sweep(this.#under.store);
      await renew(this.#under.store, this.#session, 600_000);
      for (const isApart of [false, true]) {
        for (const task of await lease(this.#under.store, this.#session, { isApart })) {
          await settle(this.#under.store, task, complete());
        }
      }
    }
    const { counts, blockedBy } = (await this.#under.store.stats([QUEUE]))[0] ?? {};
    assert.deepEqual(
      [counts?.READY ?? 0, counts?.LEASED ?? 0, counts?.SCHEDULED ?? 0, blockedBy],
      [0, 0, 0, undefined],
    );
    await renew(this.#under.store, this.#session, 0);
    await this.#under.advance(10_000_000);
    for (let lap = 0; lap < 5; lap += 1) {
      await sweep(this.#under.store);
    }
    assert.deepEqual(await this.#under.residue(), []);
  }
}

describe("Random histories of keys, limits and order on SQLite", () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    it(`leave the file sound, and nothing behind (seed ${seed})`, async () => {
      const under = await sqliteHarness.start();
      try {
        await new History(under, seed).run(STEPS);
        assert.deepEqual(await under.orphans(), []);
      } finally {
        await under.stop();
      }
    }).timeout(30_000);
  }
});
