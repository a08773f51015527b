import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import type { RedisStores } from "../../../../server/src/store/redis/open-redis-store.ts";
import type { SettlementOutcome } from "../../../../server/src/store/store.ts";
import { newTask, QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  type HeldTask,
  openSession,
  redrive,
  release,
  retry,
  settle,
  sweep,
  type TestSession,
} from "../../conformance/actions.ts";
import { DAY_MS, setQueue } from "../../conformance/flow/flow-actions.ts";
import { auditQueueKeys } from "../redis-audit.ts";
import { DealLanes, startsOf } from "./deal-lanes.ts";
import { KEYS, STEP_MS, type Step } from "./deal-steps.ts";
import { FlowModel, type ModelTask } from "./flow-model.ts";

/** Runs a history on Redis and on the model. */
export class DealHistory {
  readonly #store: RedisStores["store"];
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #advance: (ms: number) => void;
  readonly #model = new FlowModel();
  readonly #lanes: DealLanes;
  readonly #held = new Map<string, HeldTask>();
  #session: TestSession | null = null;
  #sequence = 0;

  constructor(
    store: RedisStores["store"],
    redis: Redis,
    prefix: string,
    advance: (ms: number) => void,
  ) {
    this.#store = store;
    this.#redis = redis;
    this.#prefix = prefix;
    this.#advance = advance;
    this.#lanes = new DealLanes(redis, prefix, this.#model);
  }

  async run(history: readonly Step[]): Promise<void> {
    this.#session = await openSession(this.#store, { ttlMs: DAY_MS });
    for (const each of history) {
      const [tags, idle] = await this.#lanes.tags();
      await this.#run(each);
      await this.#audit();
      await this.#lanes.checkReturns(tags, idle);
    }
  }

  async #run(each: Step): Promise<void> {
    switch (each.do) {
      case "submit":
        return this.#submit(each);
      case "lease":
        return this.#lease(each.limit);
      case "end":
        return this.#end(each);
      case "cancel":
        return this.#cancel(each.nth);
      case "redrive":
        return this.#redrive(each.nth);
      case "wait":
        this.#advance(each.steps * STEP_MS);
        this.#model.nowMs += each.steps * STEP_MS;
        await sweep(this.#store);
        this.#model.promote();
        return;
      case "set":
        return this.#set({ ...DEFAULT_QUEUE_SETTINGS, ...each.settings });
      case "set key":
        await this.#store.putKey(QUEUE, each.key, each.keySettings);
        return this.#setInModel(each.key, each.keySettings);
      case "sweep":
        await sweep(this.#store);
        return;
    }
  }

  async #submit(each: Extract<Step, { do: "submit" }>): Promise<void> {
    const delayMs = each.delay * STEP_MS;
    const batch = Array.from({ length: each.count }, () =>
      newTask({
        concurrencyKey: each.key,
        orderingKey: each.order,
        priority: each.priority,
        due: delayMs === 0 ? { kind: "now" } : { kind: "after", delayMs },
        retryPolicy: { ...newTask().spec.retryPolicy, maxAttempts: 200 },
      }),
    );
    await this.#store.submit(batch);
    for (const { id } of batch) {
      this.#sequence += 1;
      const dueMs = this.#model.nowMs + delayMs;
      const order = each.order === "" ? "" : `${each.key}/${each.order}`;
      const { key, priority } = each;
      this.#model.add({ id, key, order, priority, place: [dueMs, this.#sequence], dueMs });
    }
  }

  async #lease(limit: number): Promise<void> {
    const model = this.#model;
    const wanted = Math.min(limit, model.queueRoom());
    const dealt = await this.#lanes.dealt(wanted);
    let open = 0;
    for (const { key } of dealt) {
      // No more lanes are looked at than as many with room as are wanted.
      if (open < wanted) model.look(key);
      open += Number(model.roomOf(key) > 0);
    }
    const session = this.#session as TestSession;
    const outcome = await this.#store.lease({
      ...session,
      types: null,
      limit,
      maxPayloadBytes: 10 ** 6,
    });
    assert.ok(outcome.kind === "ok");
    const leased = new Map<string, string[]>();
    for (const task of outcome.tasks) {
      const key = task.spec.concurrencyKey;
      leased.set(key, [...(leased.get(key) ?? []), task.id]);
      this.#held.set(task.id, { ...task, sessionId: session.sessionId });
    }
    const lanes = dealt.map((lane) => ({ ...lane, granted: leased.get(lane.key)?.length ?? 0 }));
    assert.deepEqual(startsOf(lanes), startsOf(dealt));
    for (const [key, ids] of leased) {
      const first = model.lane(key).slice(0, ids.length);
      assert.deepEqual(
        ids,
        first.map(({ id }) => id),
      );
    }
    await this.#lanes.checkTags(lanes);
    const isEmptied = model.queueRoom() === 0 || outcome.tasks.length < limit;
    for (const { id } of outcome.tasks) {
      model.lease(model.tasks.get(id) as ModelTask);
    }
    const isHeldBack =
      KEYS.some((key) => model.lane(key).length > 0) && outcome.tasks.length < limit;
    assert.equal(
      outcome.heldBackMs !== undefined || !isHeldBack,
      true,
      "what is held back is said",
    );
    assert.ok(isEmptied || outcome.tasks.length === limit);
  }

  async #end({ nth: n, how }: Extract<Step, { do: "end" }>): Promise<void> {
    const leased = this.#model.of("LEASED");
    const task = leased[n % leased.length];
    if (task === undefined) {
      return;
    }
    const held = this.#held.get(task.id) as HeldTask;
    assert.equal((await settle(this.#store, held, outcomeOf(how))).kind, "ok");
    switch (how) {
      case "complete":
        return this.#model.end(task, "FINAL");
      case "die":
        return this.#model.end(task, "DEAD");
      case "hold key":
        if (task.key !== "") this.#model.hold(task, "key", STEP_MS);
        return this.#model.giveBack(task, 0);
      case "hold queue":
        this.#model.hold(task, "queue", STEP_MS);
        return this.#model.giveBack(task, 0);
      case "back off":
        return this.#model.giveBack(task, STEP_MS);
      case "retry":
      case "release":
        return this.#model.giveBack(task, 0);
    }
  }

  async #cancel(n: number): Promise<void> {
    const open = [
      ...this.#model.of("READY"),
      ...this.#model.of("SCHEDULED"),
      ...this.#model.of("LEASED"),
    ];
    const task = open[n % open.length];
    if (task !== undefined) {
      assert.equal((await cancel(this.#store, task.id)).kind, "ok");
      this.#model.end(task, "FINAL");
    }
  }

  async #redrive(n: number): Promise<void> {
    const dead = this.#model.of("DEAD");
    const task = dead[n % dead.length];
    if (task !== undefined) {
      assert.equal((await redrive(this.#store, task.id)).kind, "ok");
      this.#sequence += 1;
      const place = task.order === "" ? ([this.#model.nowMs, this.#sequence] as const) : task.place;
      const again = { ...task, place };
      if (this.#model.heads.get(task.order) === task) this.#model.heads.set(task.order, again);
      this.#model.tasks.set(task.id, again);
      this.#model.redrive(again);
    }
  }

  async #set(next: QueueSettings): Promise<void> {
    await setQueue(this.#store, next);
    this.#model.settings = next;
    for (let turn = 0; turn < 3; turn += 1) await sweep(this.#store);
    this.#model.letGo();
  }

  #setInModel(key: string, own: KeySettings | null): void {
    if (own === null) {
      this.#model.keySettings.delete(key);
    } else {
      this.#model.keySettings.set(key, own);
    }
  }

  async #audit(): Promise<void> {
    const keys = await this.#redis.keysBuffer(`${this.#prefix}{${QUEUE}}*`);
    const names = keys.map((key) => key.toString("latin1"));
    assert.deepEqual(await auditQueueKeys(this.#redis, this.#prefix, QUEUE, names), []);
  }
}

function outcomeOf(how: Extract<Step, { do: "end" }>["how"]): SettlementOutcome {
  switch (how) {
    case "complete":
      return complete();
    case "die":
      return die();
    case "retry":
      return retry();
    case "back off":
      return retry(STEP_MS);
    case "release":
      return release();
    case "hold key":
    case "hold queue": {
      const scope = how === "hold key" ? "key" : "queue";
      return { kind: "release", delayMs: 0, hold: { scope, forMs: STEP_MS } };
    }
  }
}
