import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import { DEFAULTS } from "../../../../server/src/domain/limits.ts";
import { MAX_SET_KEYS } from "../../../../server/src/store/flow.ts";
import { keyDigest } from "../../../../server/src/store/redis/flow-digest.ts";
import { unpackKeySettings } from "../../../../server/src/store/redis/scripts/packing/flow-packing.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import { only, sweep } from "../../conformance/actions.ts";
import { redisBed } from "../redis-bed.ts";

const FLOW = `b{${QUEUE}}:q`;
const PARKED = `b{${QUEUE}}:p`;

/** Settings of which none is the default. */
const OTHERS: QueueSettings = {
  isPaused: true,
  maxBacklog: 10 ** 9,
  keyMaxBacklog: 400,
  concurrencyLimit: 1_000_000,
  keyConcurrencyLimit: 8,
  rateLimit: { tasks: 7, periodMs: 86_400_000, burst: 1_000_000 },
  keyRateLimit: { tasks: 100, periodMs: 60_000, burst: 4 },
  keyWeight: 3,
  plainWeight: 100,
  attemptHistory: 100,
  fairBy: "TIME",
  onDead: "HOLD",
  retryPolicy: DEFAULTS.retryPolicy,
  retentionMs: 5_000,
};

const KEY: KeySettings = {
  weight: 5,
  concurrencyLimit: 2,
  rateLimit: { tasks: 7, periodMs: 60_000, burst: 3 },
  isPaused: true,
};

describe("Settings of a queue on Redis", () => {
  const bed = redisBed();
  const { open } = bed;
  let redis: Redis;
  beforeEach(() => {
    redis = bed.redis;
  });

  it("are kept with the share of each partition, floor plus remainder, and the first has them whole", async () => {
    const store = await open({ partitions: 4 });
    const settings = {
      ...OTHERS,
      maxBacklog: 10,
      concurrencyLimit: 6,
      rateLimit: { tasks: 5, periodMs: 1_000, burst: 7 },
    };
    assert.deepEqual(await store.putSettings(QUEUE, settings, ""), { kind: "ok" });
    const { revision, ...stored } = only(await store.settings([QUEUE]));
    assert.deepEqual(stored, { settings });
    const shares: number[][] = [];
    for (let at = 0; at < 4; at += 1) {
      const packed = await redis.hgetBuffer(`b{${QUEUE}/${at}}:q`, "s");
      assert.ok(packed);
      assert.ok((await redis.hget(`b{${QUEUE}/${at}}:q`, "j"))?.startsWith(`${revision} `));
      shares.push([
        packed.readUIntLE(1, 6),
        packed.readUInt32LE(13),
        Math.round(1_000 / packed.readDoubleLE(21)),
        packed.readUInt32LE(29),
      ]);
    }
    assert.deepEqual(shares, [
      [3, 2, 2, 2],
      [3, 2, 1, 2],
      [2, 1, 1, 2],
      [2, 1, 1, 1],
    ]);
  });

  it("are refused where a limit is below the partition count, naming it, and nothing is written", async () => {
    const store = await open({ partitions: 4 });
    const refused: [Partial<QueueSettings>, string][] = [
      [{ maxBacklog: 3 }, "maxBacklog"],
      [{ concurrencyLimit: 3 }, "concurrencyLimit"],
      [{ rateLimit: { tasks: 3, periodMs: 1_000, burst: 4 } }, "rateLimit.tasks"],
      [{ rateLimit: { tasks: 4, periodMs: 1_000, burst: 3 } }, "rateLimit.burst"],
    ];
    for (const [some, field] of refused) {
      assert.deepEqual(await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, ...some }, ""), {
        kind: "too_few",
        field,
        partitions: 4,
      });
    }
    assert.deepEqual(await redis.keys("*:q"), []);
  });

  it("of partitions that were left behind agree with the first again", async () => {
    const clock = new ManualClock();
    const store = await open({ partitions: 3, clock });
    await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, concurrencyLimit: 7 }, "");
    await redis.del(`b{${QUEUE}/2}:q`);
    await sweep(store);
    clock.advance(60_000);
    await sweep(store);
    const [first, last] = await Promise.all(
      ["0", "2"].map((at) => redis.hget(`b{${QUEUE}/${at}}:q`, "j")),
    );
    assert.equal(last, first);
    assert.equal((await redis.hgetBuffer(`b{${QUEUE}/2}:q`, "s"))?.readUInt32LE(13), 2);
  });

  it("leave nothing for scripts where all are defaults, and keep what keys have", async () => {
    const store = await open();
    const revision = async () => only(await store.settings([QUEUE])).revision;
    await store.putKey(QUEUE, "acme", KEY);
    await store.putSettings(QUEUE, OTHERS, "");
    await store.putSettings(QUEUE, DEFAULT_QUEUE_SETTINGS, await revision());
    assert.equal((await redis.hgetBuffer(FLOW, "s"))?.readUInt8(0), 8);
    const packed = await redis.hgetBuffer(FLOW, keyDigest("acme"));
    assert.deepEqual(unpackKeySettings(packed ?? assert.fail()), { key: "acme", settings: KEY });
    await store.putKey(QUEUE, "acme", null);
    assert.deepEqual(await redis.hkeys(FLOW), ["j"]);
  });

  it("of keys are 10,000 at most, of which each may be changed", async () => {
    const store = await open();
    await store.putKey(QUEUE, "first", KEY);
    const packed = await redis.hgetBuffer(FLOW, keyDigest("first"));
    const fields = Array.from({ length: MAX_SET_KEYS - 1 }, (_, at) => keyDigest(`key ${at}`));
    await redis.hset(FLOW, ...fields.flatMap((field) => [field, packed ?? assert.fail()]));
    assert.deepEqual(await store.putKey(QUEUE, "one more", KEY), { kind: "too_many" });
    assert.deepEqual(await store.putKey(QUEUE, "first", { ...KEY, weight: 1 }), { kind: "ok" });
    await store.putKey(QUEUE, "key 0", null);
    assert.deepEqual(await store.putKey(QUEUE, "one more", KEY), { kind: "ok" });
  });

  it("let a parked key in when its own change, and begin a pass when the queue's do", async () => {
    const store = await open();
    const hinted: string[] = [];
    store.onHint((hint) => hinted.push(hint.kind));
    const digest = keyDigest("acme");
    const lane = Buffer.concat([Buffer.from(`b{${QUEUE}}:l:`), digest, Buffer.from("send")]);
    await redis.zadd(lane, 5, "an id");
    await redis.zadd(`b{${QUEUE}}:i:send`, 7_000, digest);
    await redis.hset(PARKED, digest, "send gone");
    await store.putSettings(QUEUE, { ...OTHERS, isPaused: false }, "");
    assert.equal(await redis.hget(FLOW, "r"), "0");
    await store.putKey(QUEUE, "acme", { ...KEY, isPaused: false });
    assert.equal(await redis.exists(PARKED), 0);
    assert.equal(await redis.zscore(`b{${QUEUE}}:v:send`, digest), "7000");
    assert.equal(await redis.exists(`b{${QUEUE}}:i:send`, `b{${QUEUE}}:v:gone`), 0);
    assert.equal(await redis.sismember(`b{${QUEUE}}:y`, "#send"), 1);
    await eventually(() => assert.deepEqual(hinted, ["ready", "ready"]));
  });

  it("keep their queue known without tasks, also where the registry is lost", async () => {
    const clock = new ManualClock();
    const store = await open({ clock });
    await store.putSettings(QUEUE, OTHERS, "");
    await redis.zadd("b:queues", 1, QUEUE);
    for (let turn = 0; turn < 3; turn += 1) {
      await sweep(store);
      clock.advance(60_000);
    }
    assert.deepEqual(await store.queueNames(), [QUEUE]);
    await redis.del("b:queues");
    assert.deepEqual(await store.queueNames(), [QUEUE]);
    assert.equal(only(await store.settings([QUEUE])).settings.isPaused, true);
  });
});
