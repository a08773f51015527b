import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import { keyDigest, orderDigest } from "../../../../server/src/store/redis/flow-digest.ts";
import { type QueueKeyRole, queueKey } from "../../../../server/src/store/redis/keys.ts";
import type { RedisStores } from "../../../../server/src/store/redis/open-redis-store.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import {
  complete,
  lease,
  openSession,
  retry,
  settle,
  settlementOf,
  submit,
  sweep,
} from "../../conformance/actions.ts";
import { auditQueueKeys } from "../redis-audit.ts";
import { redisBed } from "../redis-bed.ts";

const HOUR_MS = 3_600_000;
const AUDIT_INTERVAL_MS = 30_000;
const NOBODY = Buffer.from("nobody's id!");
const NOBODYS_KEY = keyDigest("nobody's");

describe("Indexes of keys and order that lost writes, on Redis", () => {
  const bed = redisBed();
  let clock: ManualClock;
  let store: RedisStores["store"];

  const keyOf = (role: QueueKeyRole) => queueKey("b", QUEUE, role);
  const derived = (...parts: readonly (string | Buffer)[]) =>
    Buffer.concat([keyOf("stem"), ...parts].map((part) => Buffer.from(part)));
  const audit = async () => {
    const keys = (await bed.redis.keysBuffer("b{*")).map((key) => key.toString("latin1"));
    return auditQueueKeys(bed.redis, "b", QUEUE, keys);
  };
  const sweepLong = async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      clock.advance(AUDIT_INTERVAL_MS);
      await sweep(store);
    }
  };

  beforeEach(async () => {
    clock = new ManualClock();
    store = await bed.open({ clock });
    await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, keyConcurrencyLimit: 1 }, "");
    const session = await openSession(store, { ttlMs: HOUR_MS });
    for (let turn = 0; turn < 3; turn += 1) {
      await submit(store, { concurrencyKey: "busy" });
      await submit(store, { concurrencyKey: "a", orderingKey: "leased" });
      await submit(store, { orderingKey: "backing off" });
    }
    const leased = await lease(store, session);
    const failing = leased.find(({ spec }) => spec.orderingKey === "backing off");
    await settle(store, failing ?? assert.fail(), retry(HOUR_MS));
    await lease(store, session);
    await submit(store);
    for (let turn = 0; turn < 3; turn += 1) {
      await submit(store, { concurrencyKey: "free" });
      await submit(store, { concurrencyKey: "b", orderingKey: "ready" });
    }
    await submit(store, { concurrencyKey: "a", due: { kind: "after", delayMs: HOUR_MS } });
    assert.deepEqual(await audit(), []);
    assert.ok((await bed.redis.hlen(keyOf("parked"))) > 0);
    assert.ok((await bed.redis.zcard(keyOf("behind"))) > 4);
  });

  const damages: Readonly<Record<string, () => Promise<unknown>>> = {
    "all that is in lanes": () => bed.redis.del(keyOf("keyed")),
    "all that waits behind heads": () => bed.redis.del(keyOf("behind")),
    "all members of keys": () => bed.redis.del(keyOf("members")),
    "a lane": () => bed.redis.del(derived("l:", keyDigest("free"), "send")),
    "the lane of a parked key": () => bed.redis.del(derived("l:", keyDigest("busy"), "send")),
    "the eligible lanes": () => bed.redis.del(derived("v:send")),
    "that a type has lanes": () => bed.redis.srem(keyOf("types"), "#send"),
    "what is parked": () => bed.redis.del(keyOf("parked")),
    "all heads": () => bed.redis.del(keyOf("heads")),
    "what waits behind a head": () => bed.redis.del(derived("o:", orderDigest("b", "ready"))),
    "all of them": () =>
      bed.redis.del(
        ...(["keyed", "behind", "members", "parked", "until", "heads"] as const).map(keyOf),
        derived("v:send"),
      ),
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`have it again: ${what}`, async () => {
      await damage();
      assert.notDeepEqual(await audit(), []);
      await sweepLong();
      assert.deepEqual(await audit(), []);
    });
  }

  const additions: Readonly<Record<string, () => Promise<unknown>>> = {
    "in a lane": () => bed.redis.zadd(keyOf("keyed"), 1, NOBODY),
    "behind a head": () => bed.redis.zadd(keyOf("behind"), 1, NOBODY),
    "that waits of a key": () =>
      bed.redis.zadd(keyOf("members"), 0, Buffer.concat([Buffer.from("W"), NOBODYS_KEY, NOBODY])),
    "that is leased of a key": () =>
      bed.redis.zadd(keyOf("members"), 0, Buffer.concat([Buffer.from("L"), NOBODYS_KEY, NOBODY])),
    "of a key that is parked for nothing": () =>
      bed.redis.hset(keyOf("parked"), NOBODYS_KEY, "send other"),
    "of a key that is to be let in": () =>
      bed.redis.zadd(keyOf("until"), Date.now() + HOUR_MS, NOBODYS_KEY),
    "that is a head": () => bed.redis.hset(keyOf("heads"), NOBODYS_KEY, NOBODY),
    "that is the head of others": () =>
      bed.redis.hset(keyOf("heads"), orderDigest("b", "ready"), NOBODY),
  };
  for (const [what, add] of Object.entries(additions)) {
    it(`have nothing of a task any more ${what}`, async () => {
      await add();
      assert.notDeepEqual(await audit(), []);
      await sweepLong();
      assert.deepEqual(await audit(), []);
    });
  }

  const met: Readonly<Record<string, () => Promise<unknown>>> = {
    "in a lane": () => bed.redis.zadd(derived("l:", keyDigest("free"), "send"), 1, NOBODY),
    "in line behind a head": () =>
      bed.redis.zadd(derived("o:", orderDigest("b", "ready")), 1, NOBODY),
    "of a lane that has no tasks": () => bed.redis.zadd(derived("v:send"), 1, NOBODYS_KEY),
    "of a type that has no lanes": () => bed.redis.sadd(keyOf("types"), "#other"),
  };
  for (const [what, add] of Object.entries(met)) {
    it(`have nothing of a task any more, once all were leased, ${what}`, async () => {
      await add();
      const session = await openSession(store, { ttlMs: HOUR_MS });
      for (let turn = 0; turn < 12; turn += 1) {
        const leased = await lease(store, session);
        await store.settle(leased.map((task) => settlementOf(task, complete())));
      }
      await sweepLong();
      assert.deepEqual(await audit(), []);
      assert.equal(await bed.redis.sismember(keyOf("types"), "#other"), 0);
      assert.equal(await bed.redis.zcard(keyOf("behind")), 4);
    });
  }
});
