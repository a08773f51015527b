import assert from "node:assert/strict";
import { Redis } from "ioredis";
import {
  openRedisStore,
  type RedisStoreOptions,
} from "../../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { startCluster } from "../../../support/redis/redis-cluster.ts";
import { type RedisServer, startRedis } from "../../../support/redis/redis-server.ts";
import { newTask } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import { submit } from "../../conformance/actions.ts";

describe("A connection to Redis", function () {
  this.timeout(20_000);

  const servers: RedisServer[] = [];
  const stores: Store[] = [];
  const clients: Redis[] = [];

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
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
    const client = new Redis(server.url, { maxRetriesPerRequest: null, enableReadyCheck: false });
    client.on("error", () => undefined);
    clients.push(client);
    return client;
  }

  it("is refused at once where there is no such database, and writes into no other", async () => {
    const server = await start();
    for (const database of [16, 20, 999]) {
      await assert.rejects(open(`${server.url}/${database}`), {
        name: "StoreOpenError",
        message: `Redis at 127.0.0.1:${server.port}, database ${database} refused database ${database}: it has fewer databases (its setting \`databases\` says how many)`,
      });
    }
    assert.equal(await admin(server).dbsize(), 0);
  });

  it("uses the database of its URL", async () => {
    const server = await start("--databases", "1200");
    await submit(await open(`${server.url}/1199`));
    const client = admin(server);
    assert.equal(await client.dbsize(), 0);
    await client.select(1199);
    assert.notEqual(await client.dbsize(), 0);
  });

  it("does nothing in another database where its own is refused later, and goes on when it is not", async () => {
    const server = await start();
    const client = admin(server);
    await client.acl("SETUSER", "baton", "on", ">secret", "~*", "&*", "+@all");
    const errors: Error[] = [];
    const store = await open(`redis://baton:secret@127.0.0.1:${server.port}/3`, {
      onConnectionError: (error) => errors.push(error),
    });
    await submit(store);
    await client.acl("SETUSER", "baton", "-select");
    await client.call("CLIENT", "KILL", "USER", "baton");
    await eventually(() =>
      assert.ok(errors.some(({ message }) => message === "refused database 3: NOPERM")),
    );
    await assert.rejects(store.submit([newTask()]), { kind: "unavailable" });
    assert.equal(await client.dbsize(), 0);
    await client.acl("SETUSER", "baton", "+select");
    await eventually(() => submit(store), { withinMs: 5_000 });
    assert.equal(await client.dbsize(), 0);
  });

  it("is refused where a password is given and Redis has none: it is not the Redis that was meant", async () => {
    const server = await start();
    await assert.rejects(open(`redis://:secret@127.0.0.1:${server.port}`), {
      name: "StoreOpenError",
      message: `Redis at 127.0.0.1:${server.port} refused the user or the password: it has no password for this user`,
    });
  });

  it("is refused likewise by the nodes of a cluster", async () => {
    const cluster = await startCluster();
    try {
      const url = cluster.url.replace("://", "://:secret@");
      await assert.rejects(open(url), {
        name: "StoreOpenError",
        message: /refused the user or the password: it has no password for this user$/,
      });
    } finally {
      await cluster.stop();
    }
  });

  it("says that a node of a cluster has no databases", async () => {
    const server = await start("--cluster-enabled", "yes");
    await assert.rejects(open(`${server.url}/3`), { message: /use redis-cluster:/ });
  });

  describe("while Redis loads its data", () => {
    const COUNT = 200;
    /** Slows the reading down to about four seconds. */
    const SLOW = ["--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"];

    async function restarted(): Promise<{ server: RedisServer; loaded: Promise<void> }> {
      const server = await start(...SLOW);
      const client = admin(server);
      const filler = "x".repeat(2_048);
      await Promise.all(Array.from({ length: COUNT }, (_, at) => client.set(`f${at}`, filler)));
      // What is in the base file is read in small steps between which Redis answers.
      await client.bgrewriteaof();
      await eventually(async () => {
        const info = await client.info("persistence");
        assert.match(info, /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/);
        assert.match(info, /aof_last_bgrewrite_status:ok/);
      });
      await server.kill();
      const loaded = server.start();
      await eventually(async () => assert.match(await client.info(), /loading:1/), {
        withinMs: 5_000,
      });
      return { server, loaded };
    }

    it("is waited for, longer than for one that does not answer, and that is said", async () => {
      const { server, loaded } = await restarted();
      const told: string[] = [];
      const store = await open(server.url, {
        openTimeoutMs: 1_500,
        onLoading: ({ loadedPercent }) => told.push(loadedPercent),
      });
      await submit(store);
      await loaded;
      assert.ok(told.length >= 2, `told ${told}`);
      assert.match(told.at(-1) ?? "", /^\d+\.\d+$/);
    });

    it("is waited for until somebody ends the wait", async () => {
      const { server, loaded } = await restarted();
      const stopping = new AbortController();
      await assert.rejects(
        open(server.url, { signal: stopping.signal, onLoading: () => stopping.abort() }),
        { name: "StoreOpenError", message: /was not waited for/ },
      );
      await loaded;
    });
  });
});
