import assert from "node:assert/strict";
import fc from "fast-check";
import { Redis } from "ioredis";
import { deal, STRIDE } from "../../../../server/src/domain/flow/deal.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import { keyDigest } from "../../../../server/src/store/redis/flow-digest.ts";
import {
  openRedisStore,
  type RedisStores,
} from "../../../../server/src/store/redis/open-redis-store.ts";
import type { SettlementOutcome } from "../../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../../support/redis/redis-server.ts";
import { newTask, QUEUE, TYPE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  type HeldTask,
  only,
  openSession,
  redrive,
  release,
  retry,
  settle,
  sweep,
  type TestSession,
} from "../../conformance/actions.ts";
import { auditQueueKeys } from "../redis-audit.ts";
import { FlowModel, type ModelTask } from "./flow-model.ts";

const STEP_MS = 30_000;
const KEYS = ["", "acme", "beta", "gamma"];
/** The member of a kind's idle tags that is its virtual time. */
const VIRTUAL_TIME = "t";
const ORDERS = ["", "one", "one"];

const rate = fc.constantFrom(
  null,
  { tasks: 1, periodMs: 2 * STEP_MS, burst: 1 },
  { tasks: 1, periodMs: STEP_MS, burst: 3 },
);
const limit = fc.constantFrom(null, null, 1, 3);
const weight = fc.constantFrom(1, 2, 7);

const settings = fc.record({
  isPaused: fc.constantFrom(false, false, false, true),
  concurrencyLimit: fc.constantFrom(null, null, 4),
  keyConcurrencyLimit: limit,
  rateLimit: fc.constantFrom(null, null, { tasks: 2, periodMs: STEP_MS, burst: 4 }),
  keyRateLimit: rate,
  keyWeight: weight,
  plainWeight: weight,
  fairBy: fc.constantFrom("GRANTS" as const, "TIME" as const),
  onDead: fc.constantFrom("CONTINUE" as const, "HOLD" as const),
});

const keySettings = fc.option(
  fc.record({
    weight: fc.option(weight),
    concurrencyLimit: limit,
    rateLimit: rate,
    isPaused: fc.constantFrom(false, false, true),
  }),
);

const nth = fc.nat(50);

/** What happens to a queue, one after the other. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("submit" as const),
      key: fc.constantFrom(...KEYS),
      order: fc.constantFrom(...ORDERS),
      priority: fc.constantFrom(5, 5, 1, 9),
      delay: fc.constantFrom(0, 0, 0, 1, 2),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("lease" as const),
      limit: fc.constantFrom(1, 2, 5, 20),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      nth,
      how: fc.constantFrom(
        ...([
          "complete",
          "complete",
          "retry",
          "back off",
          "die",
          "release",
          "hold key",
          "hold queue",
        ] as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("redrive" as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), steps: fc.constantFrom(1, 1, 2, 3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set" as const), settings }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("set key" as const),
      key: fc.constantFrom(...KEYS.slice(1)),
      keySettings,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
);

const histories = fc
  .tuple(settings, fc.array(step, { minLength: 30, maxLength: 80, size: "max" }))
  .map(([first, rest]): Step[] => [
    { do: "set", settings: { ...first, isPaused: false } },
    ...rest,
  ]);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

type Tags = ReadonlyMap<string, number>;

/** What a lane got. */
interface DealtLane {
  readonly key: string;
  readonly granted: number;
  readonly first: number;
  readonly stride: number;
}

/** Runs a history on Redis and on the model. */
class History {
  readonly #store: RedisStores["store"];
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #advance: (ms: number) => void;
  readonly #model = new FlowModel();
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
  }

  async run(history: readonly Step[]): Promise<void> {
    this.#session = await openSession(this.#store, { ttlMs: 86_400_000 });
    for (const each of history) {
      const [tags, idle] = await this.#allTags();
      await this.#run(each);
      await this.#audit();
      await this.#checkReturns(tags, idle);
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
    const dealt = await this.#dealtLanes(Math.min(limit, model.queueRoom()));
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
    await this.#checkTags(lanes);
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

  async #allTags() {
    const stem = `${this.#prefix}{${QUEUE}}:`;
    return [
      await this.#tagsOf(`${stem}v:${TYPE}`),
      new Map([
        ...(await this.#tagsOf(`${stem}i:${TYPE}`)),
        ...(await this.#tagsOf(`${stem}y:${TYPE}`)),
      ]),
    ] as const;
  }

  /** Lanes that became eligible stand where they stood, but not before the virtual time. */
  async #checkReturns(tags: Tags, idle: Tags): Promise<void> {
    const [now] = await this.#allTags();
    for (const [key, tag] of now) {
      if (!tags.has(key) && tags.size > 0) {
        const before = Math.max(idle.get(VIRTUAL_TIME) ?? 0, idle.get(key) ?? 0);
        assert.ok(tag >= before, `${key} came back with ${tag} in place of ${before}`);
      }
    }
  }

  /** Each lane's tag grew by a stride a grant. */
  async #checkTags(lanes: readonly DealtLane[]): Promise<void> {
    const [tags, idle] = await this.#allTags();
    const least = tags.size === 0 ? Infinity : Math.min(...tags.values());
    for (const { key, granted, first, stride } of lanes.filter((lane) => lane.granted > 0)) {
      const tag = first + granted * stride;
      const now = tags.get(key) ?? idle.get(key) ?? least;
      assert.ok(
        Math.abs(now - tag) < 1e-6 || least === Infinity || (tag <= least && now === least),
        `${key} has ${now} after ${granted} grants, not ${tag}`,
      );
    }
  }

  /** What deal.ts says of the lanes as they are in Redis. */
  async #dealtLanes(grants: number): Promise<DealtLane[]> {
    const lanes = await this.#lanes(grants > 0);
    return deal(lanes, grants).map(({ granted }, at) => {
      const { key, tag, weight } = lanes[at] as (typeof lanes)[number];
      return { key, granted, first: tag, stride: STRIDE / weight };
    });
  }

  async #lanes(isDueLetIn: boolean) {
    const stem = `${this.#prefix}{${QUEUE}}:`;
    const [tags, idle] = await this.#allTags();
    const isPassing = (await this.#redis.hexists(`${stem}q`, "r")) === 1;
    const enter = (key: string) => {
      const time = idle.get(VIRTUAL_TIME) ?? 0;
      const { keyWeight, plainWeight } = this.#model.settings;
      const first = time + STRIDE / (key === "" ? plainWeight : keyWeight);
      return [key, Math.max(time, idle.get(key) ?? first)] as const;
    };
    const letIn: (readonly [string, number])[] = [];
    for (const key of KEYS.slice(1)) {
      const untilMs = await this.#redis.zscore(`${stem}z`, keyDigest(key));
      const isDue = isDueLetIn && untilMs !== null && Number(untilMs) <= (await this.#nowMs());
      if (!tags.has(key) && this.#model.lane(key).length > 0 && isDue) {
        letIn.push(enter(key));
      } else if (!tags.has(key) && isDueLetIn && !isPassing) {
        assert.equal(this.#model.roomOf(key), 0, `${key} waits in vain`);
      }
    }
    for (const [key, tag] of letIn) tags.set(key, tag);
    if (!tags.has("") && this.#model.lane("").length > 0) {
      tags.set(...enter(""));
    }
    const places = [...tags].sort(
      ([one, first], [other, second]) =>
        first - second || Buffer.compare(digestOf(one), digestOf(other)),
    );
    return places.map(([key, tag]) => ({
      key,
      tag,
      weight: this.#model.weightOf(key),
      room: this.#model.roomOf(key),
    }));
  }

  async #tagsOf(name: string): Promise<Map<string, number>> {
    const found = await this.#redis.zrangeBuffer(name, 0, "-1", "WITHSCORES");
    const tags = new Map<string, number>();
    for (let at = 0; at < found.length; at += 2) {
      if ((found[at] as Buffer).equals(Buffer.from(VIRTUAL_TIME))) {
        tags.set(VIRTUAL_TIME, Number(found[at + 1]));
        continue;
      }
      const key = KEYS.find((each) => digestOf(each).equals(found[at] as Buffer));
      tags.set(key ?? assert.fail("an unknown lane"), Number(found[at + 1]));
    }
    return tags;
  }

  async #nowMs(): Promise<number> {
    const [seconds, micros] = await this.#redis.time();
    return Number(seconds) * 1_000 + Number(micros) / 1_000 + this.#model.nowMs;
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
    const { revision } = only(await this.#store.settings([QUEUE]));
    assert.deepEqual(await this.#store.putSettings(QUEUE, next, revision), { kind: "ok" });
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

/**
 * The tags at which lanes got their grants. Of lanes that have the same tag Redis may choose another than the domain,
 * since it deals before it knows how many tasks a lane has: the tags are the same whichever it chooses.
 */
function startsOf(lanes: readonly DealtLane[]): string[] {
  return lanes
    .flatMap(({ granted, first, stride }) =>
      Array.from({ length: granted }, (_, nth) => first + nth * stride),
    )
    .sort((one, other) => one - other)
    .map((tag) => tag.toFixed(3));
}

function digestOf(key: string): Buffer {
  return key === "" ? Buffer.alloc(0) : keyDigest(key);
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

// More for a night: DEAL_RUNS=5000.
const RUNS = Number(process.env.DEAL_RUNS ?? 30);

describe("Deals on Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  let offsetMs = 0;
  let prefixes = 0;

  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis?.disconnect();
    await server?.stop();
  });

  it("are as the domain deals, whatever comes in between", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        prefixes += 1;
        offsetMs = 0;
        const prefix = `deal${prefixes}-`;
        const store = await openRedisStore({
          url: server.url,
          prefix,
          clockOffset: () => offsetMs,
        });
        try {
          await new History(store, redis, prefix, (ms) => {
            offsetMs += ms;
          }).run(history);
        } finally {
          await store.close();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
