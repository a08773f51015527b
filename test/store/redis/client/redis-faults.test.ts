import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import {
  openRedisStore,
  type RedisStoreOptions,
} from "../../../../server/src/store/redis/open-redis-store.ts";
import { type Store, StoreError, type StoreErrorKind } from "../../../../server/src/store/store.ts";
import { FaultProxy } from "../../../support/grpc/fault-proxy.ts";
import { freePort } from "../../../support/grpc/loopback.ts";
import { type RedisServer, startRedis } from "../../../support/redis/redis-server.ts";
import { newTask } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import {
  complete,
  find,
  lease,
  leaseOne,
  openSession,
  settle,
  submit,
  sweep,
} from "../../conformance/actions.ts";

/** How long a caller may be kept waiting for a refusal. */
const PATIENCE_MS = 2_500;

describe("The Redis store under faults", function () {
  this.timeout(20_000);

  const servers: RedisServer[] = [];
  const stores: Store[] = [];
  const clients: Redis[] = [];

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    for (const client of clients.splice(0)) client.disconnect();
    for (const server of servers.splice(0)) {
      server.signal("SIGCONT");
      await server.stop();
    }
  });

  async function start(...args: string[]): Promise<RedisServer> {
    const server = await startRedis({ args });
    servers.push(server);
    return server;
  }

  async function open(url: string, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
    const store = await openRedisStore({ url, ...options });
    stores.push(store);
    return store;
  }

  function admin(server: RedisServer): Redis {
    const client = new Redis(server.url, { maxRetriesPerRequest: null });
    client.on("error", () => undefined);
    clients.push(client);
    return client;
  }

  it("closes quietly while it listens for hints anew", async () => {
    const server = await start();
    const proxy = await FaultProxy.open(server.port);
    try {
      const store = await open(`redis://127.0.0.1:${proxy.port}`);
      const watcher = admin(server);
      proxy.set({ latencyMs: 100 });
      await watcher.call("CLIENT", "KILL", "TYPE", "pubsub");
      await eventually(async () => {
        assert.match(
          String(await watcher.call("CLIENT", "LIST", "TYPE", "pubsub")),
          /cmd=subscribe/,
        );
      });
      // The answer is on its way; what rejects unhandled fails every test.
      await store.close();
    } finally {
      await proxy.close();
    }
  });

  it("is not opened where Redis is down, and says so in one line", async () => {
    const port = await freePort();
    await assert.rejects(open(`redis://127.0.0.1:${port}`, { openTimeoutMs: 200 }), {
      name: "StoreOpenError",
      message: new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} cannot be reached: .*ECONNREFUSED.*$`),
    });
  });

  it("waits for a Redis that comes up a little later", async () => {
    const port = await freePort();
    const opening = open(`redis://127.0.0.1:${port}`);
    servers.push(await startRedis({ port }));
    await submit(await opening);
  });

  it("is not opened with a wrong password, at once, and shows none", async () => {
    const server = await start("--requirepass", "right");
    await assert.rejects(open(`redis://:wrong@127.0.0.1:${server.port}`), (error: Error) => {
      assert.equal(error.name, "StoreOpenError");
      assert.match(error.message, /refused the user or the password/);
      assert.doesNotMatch(error.message, /wrong@|right|\n/);
      return true;
    });
    await assert.rejects(open(server.url), { message: /NOAUTH/ });
    await submit(await open(`redis://:right@127.0.0.1:${server.port}`));
  });

  const UNSAFE = [
    { args: ["--maxmemory-policy", "allkeys-lru"], message: /maxmemory-policy allkeys-lru/ },
    { args: ["--appendonly", "no"], message: /keeps nothing on disk/ },
  ];
  for (const { args, message } of UNSAFE) {
    it(`is not opened on a Redis with ${args.join(" ")}, unless that is accepted`, async () => {
      const server = await start(...args);
      await assert.rejects(open(server.url), { name: "StoreOpenError", message });
      await submit(await open(server.url, { allowUnsafe: true }));
    });
  }

  it("is opened on a Redis that only saves snapshots", async () => {
    const server = await start("--appendonly", "no", "--save", "3600 1");
    await submit(await open(server.url));
  });

  it("is not opened on a replica, nor on a server of the wrong mode", async () => {
    const master = await start();
    const replica = await start("--replicaof", "127.0.0.1", String(master.port));
    await assert.rejects(open(replica.url), { message: /is a replica/ });
    await assert.rejects(open(`redis-cluster://127.0.0.1:${master.port}`, { openTimeoutMs: 500 }), {
      name: "StoreOpenError",
    });
  });

  it("refuses while Redis is down, loses nothing, and goes on by itself", async () => {
    const server = await start("--appendfsync", "always");
    const store = await open(server.url);
    const id = await submit(store);
    await server.kill();

    await refuses(store, ["unavailable", "unknown"]);
    await server.start();

    await recovers(store);
    assert.equal((await find(store, id)).state, "READY");
  });

  it("gives up on a frozen Redis without knowing, and repeats safely when it thaws", async () => {
    const server = await start();
    const store = await open(server.url);
    await submit(store);
    server.signal("SIGSTOP");

    const task = newTask();
    const startMs = performance.now();
    await assert.rejects(store.submit([task]), isStoreError(["unknown"]));
    assert.ok(performance.now() - startMs < PATIENCE_MS);
    server.signal("SIGCONT");

    await recovers(store);
    const [outcome] = await store.submit([task]);
    assert.equal(outcome?.kind, "known", "it had happened");
  });

  it("does not know, as soon as the connection breaks under a call", async () => {
    const server = await start();
    const store = await open(server.url);
    server.signal("SIGSTOP");
    const startedAtMs = performance.now();
    const refused = assert.rejects(store.submit([newTask()]), { kind: "unknown" });
    await server.kill();
    await refused;
    assert.ok(performance.now() - startedAtMs < 1_000, "sooner than the command timeout");
  });

  it("reconnects where its master became a replica, and finds the tasks on its return", async () => {
    const server = await start();
    const store = await open(server.url);
    const id = await submit(store);
    const redis = admin(server);
    const other = await start();
    await redis.replicaof("127.0.0.1", other.port);

    await refuses(store, ["unavailable", "unknown"]);
    await redis.replicaof("NO", "ONE");

    await recovers(store);
    assert.equal(typeof id, "string");
  });

  it("refuses while Redis cannot save to its disk, keeps what it has, and goes on by itself", async () => {
    const server = await start("--save", "3600 1");
    const store = await open(server.url);
    const id = await submit(store);
    const redis = admin(server);
    const inTheWay = join(server.directory, "dump.rdb");
    mkdirSync(join(inTheWay, "a folder where the snapshot belongs"), { recursive: true });
    await redis.bgsave();
    await eventually(async () => {
      await assert.rejects(store.submit([newTask()]), { kind: "unavailable", message: /MISCONF/ });
    });
    assert.equal((await find(store, id)).state, "READY", "it still answers what is asked");
    rmSync(inTheWay, { recursive: true });
    await redis.bgsave();
    await recovers(store);
  });

  it("refuses while too few replicas listen to write to", async () => {
    const server = await start();
    const store = await open(server.url);
    const redis = admin(server);
    await redis.config("SET", "min-replicas-to-write", "1");
    await assert.rejects(store.submit([newTask()]), isStoreError(["unavailable"]));
    await redis.config("SET", "min-replicas-to-write", "0");
    await recovers(store);
  });

  it("loads its functions again after a FUNCTION FLUSH and after a restart", async () => {
    const server = await start();
    const store = await open(server.url);
    await submit(store);
    await admin(server).call("FUNCTION", "FLUSH");
    await Promise.all([submit(store), submit(store)]);
    await server.kill();
    await server.start();
    await recovers(store);
  });

  it("leaves the functions of other versions in their place", async () => {
    const server = await start();
    const other = `#!lua name=baton_other\nredis.register_function("baton_other_get", function() return 1 end)`;
    await admin(server).call("FUNCTION", "LOAD", other);
    await submit(await open(server.url));
    await submit(await open(server.url));
    assert.equal(await admin(server).call("FCALL", "baton_other_get", 0), 1);
  });

  it("is opened on a full Redis, drains it where its functions are there, and loads them when there is room", async () => {
    const server = await start();
    const redis = admin(server);
    const store = await open(server.url);
    const session = await openSession(store);
    await submit(store);
    const leased = await leaseOne(store, session);
    await redis.config("SET", "maxmemory", "1");
    const late = await open(server.url);
    assert.equal((await settle(late, leased, complete())).kind, "ok");
    await redis.call("FUNCTION", "FLUSH");
    await assert.rejects(late.submit([newTask()]), isStoreError(["full"]));
    await redis.config("SET", "maxmemory", "0");
    await submit(late);
  });

  it("goes on after a FLUSHALL, with nothing left of before", async () => {
    const server = await start();
    const store = await open(server.url);
    const session = await openSession(store);
    const id = await submit(store);
    const held = await leaseOne(store, session);
    await admin(server).flushall();

    assert.deepEqual(await store.get([id]), [null]);
    assert.deepEqual(await settle(store, held, complete()), { kind: "not_found" });
    assert.equal((await sweep(store)).reclaimed.length, 0);

    await submit(store);
    await leaseOne(store, await openSession(store));
  });

  it("mends now and then what lost writes left", async () => {
    const server = await start();
    const clock = new ManualClock();
    const store = await open(server.url, { clock });
    const session = await openSession(store, { ttlMs: 60_000 });
    const done = await submit(store);
    await settle(store, await leaseOne(store, session), complete());
    const leased = await submit(store);
    await leaseOne(store, session);
    const unindexed = await submit(store);
    const redis = admin(server);
    await redis.del("b{email}:e", "b{email}:a", `b{email}:s:${session.sessionId}`);
    await redis.del("b{email}:r:send", "b{email}:fs");
    const other = await openSession(store, { ttlMs: 60_000 });
    await redis.sadd(`b{email}:h:${other.sessionId}`, "of no task !");
    await sweep(store);

    clock.advance(60_000);
    await sweep(store);
    const { reclaimed } = await sweep(store);

    assert.deepEqual(
      reclaimed.map(({ lease: { taskId } }) => taskId),
      [leased],
    );
    const tasks = await lease(store, await openSession(store));
    assert.deepEqual(new Set(tasks.map(({ id }) => id)), new Set([leased, unindexed]));
    assert.equal(await redis.scard(`b{email}:h:${other.sessionId}`), 0);
    const [succeeded] = await redis.zrangeBuffer("b{email}:fs", 0, "-1");
    assert.equal(succeeded?.toString("base64url"), done.split("~")[1]);
  });

  async function refuses(store: Store, kinds: readonly StoreErrorKind[]): Promise<void> {
    const calls = [
      () => store.submit([newTask()]),
      () => store.stats(),
      () => store.sweep(newTask().spec.queue, 10),
      () => openSession(store),
    ];
    await eventually(async () => {
      for (const call of calls) {
        const startMs = performance.now();
        await assert.rejects(call(), isStoreError(kinds));
        assert.ok(performance.now() - startMs < PATIENCE_MS);
      }
    });
  }

  async function recovers(store: Store): Promise<void> {
    await eventually(() => submit(store), { withinMs: 8_000 });
  }
});

function isStoreError(kinds: readonly StoreErrorKind[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.ok(kinds.includes(error.kind), `${error.kind}: ${error.message}`);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}
