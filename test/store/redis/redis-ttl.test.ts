import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { QUEUE } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { leaseOne, openSession, refOf, renew, submit, sweep } from "../conformance/actions.ts";

const TTL_MS = 150;

describe("A lease on the true clock", () => {
  let server: RedisServer;
  let redis: Redis;
  let store: Store;
  let other: Store;

  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    store = await openRedisStore({ url: server.url });
    other = await openRedisStore({ url: server.url });
  });

  beforeEach(async () => {
    await redis.flushall();
  });

  after(async () => {
    redis?.disconnect();
    await store?.close();
    await other?.close();
    await server?.stop();
  });

  it("is given to another once the session's ttl passed, by any process's sweep (G6)", async () => {
    const id = await submit(store);
    const lost = await leaseOne(store, await openSession(store, { ttlMs: TTL_MS }));

    await eventually(async () => {
      const { reclaimed } = await sweep(other);
      assert.deepEqual(
        reclaimed.map(({ lease }) => lease),
        [refOf(lost)],
      );
    });

    const next = await leaseOne(other, await openSession(other));
    assert.equal(next.id, id);
    assert.ok(next.token > lost.token);
  });

  it("lives on while its session is renewed, however often others sweep", async () => {
    await submit(store);
    const session = await openSession(store, { ttlMs: TTL_MS });
    const held = await leaseOne(store, session);
    const start = performance.now();
    while (performance.now() - start < 4 * TTL_MS) {
      assert.equal((await renew(store, session, TTL_MS)).kind, "ok");
      assert.deepEqual((await sweep(other)).reclaimed, []);
    }
    assert.equal((await other.get([held.id]))[0]?.token, held.token);
  });

  it("is over when the key's ttl is, although the index says otherwise", async () => {
    await submit(store);
    const session = await openSession(store, { ttlMs: 60_000 });
    const held = await leaseOne(store, session);
    const key = `b{${QUEUE}}:s:${session.sessionId}`;
    await redis.pexpire(key, 1);
    await eventually(async () => assert.equal(await redis.exists(key), 0));
    assert.equal((await renew(store, session)).kind, "gone");
    assert.deepEqual((await sweep(other)).reclaimed, [], "the index is not due yet");

    await redis.zadd(`b{${QUEUE}}:e`, 0, session.sessionId);
    const { reclaimed } = await sweep(other);
    assert.deepEqual(
      reclaimed.map(({ lease }) => lease),
      [refOf(held)],
    );
  });

  it("is kept when only the index says that it is over", async () => {
    await submit(store);
    const session = await openSession(store, { ttlMs: 60_000 });
    await leaseOne(store, session);
    await redis.zadd(`b{${QUEUE}}:e`, 0, session.sessionId);
    assert.deepEqual((await sweep(other)).reclaimed, []);
    assert.ok(Number(await redis.zscore(`b{${QUEUE}}:e`, session.sessionId)) > 0);
  });
});
